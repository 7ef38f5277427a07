package dev.sideband.server.session;

import dev.sideband.v1.ContentPart;
import dev.sideband.v1.FunctionCallItem;
import dev.sideband.v1.Item;
import dev.sideband.v1.MessageItem;
import dev.sideband.v1.Role;
import dev.sideband.v1.TranscriptEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Makes the items that a new call is told, within bounds: the newest win, the oldest that does not
 * fit loses its beginning. Function calls come last and are not cut: half of one is of no use.
 */
final class Seed {
  /** Of UTF-16, all texts together. */
  static final int MAX_CHARS = 48 * 1024;

  static final int MAX_LINES = 100;

  private Seed() {}

  /**
   * @param prefix what each id begins with
   * @param said oldest first
   * @param unanswered oldest first
   */
  static List<Item> of(
      String prefix, List<TranscriptEntry> said, List<FunctionCallItem> unanswered) {
    List<Item.Builder> items = new ArrayList<>();
    int room = MAX_CHARS;
    for (int i = said.size() - 1; i >= 0 && room > 0 && items.size() < MAX_LINES; i--) {
      String text = tail(said.get(i).getText(), room);
      if (!text.isBlank()) {
        items.add(message(said.get(i).getRole(), text));
        room -= text.length();
      }
    }
    Collections.reverse(items);
    unanswered.forEach(call -> items.add(Item.newBuilder().setFunctionCall(call)));
    List<Item> seed = new ArrayList<>(items.size());
    for (Item.Builder item : items) {
      seed.add(item.setId(prefix + seed.size()).build());
    }
    return List.copyOf(seed);
  }

  private static String tail(String text, int room) {
    if (text.length() <= room) {
      return text;
    }
    int from = text.length() - room;
    return text.substring(Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from);
  }

  private static Item.Builder message(Role role, String text) {
    String type = role == Role.ASSISTANT ? "output_text" : "input_text";
    return Item.newBuilder()
        .setMessage(
            MessageItem.newBuilder()
                .setRole(role)
                .addContent(ContentPart.newBuilder().setType(type).setText(text)));
  }
}
