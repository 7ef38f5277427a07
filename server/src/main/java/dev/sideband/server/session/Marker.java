package dev.sideband.server.session;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.v1.ContentPart;
import dev.sideband.v1.Item;
import dev.sideband.v1.MessageItem;
import dev.sideband.v1.Role;

/**
 * An item of ours that is put behind all others for a moment, so that the provider names the one
 * before it.
 *
 * <p>Its id says for which call and attachment it is made: there is one for each, so one that a
 * crash left behind can be named. All of its ids have at most 32 characters.
 */
public final class Marker {
  private static final String PREFIX = "probe-";
  private static final String RETRIEVAL = "-get";
  private static final String DELETION = "-off";

  /** The model may read it, should it ever stay. */
  private static final String TEXT = "(A line was checked here. Nothing was said.)";

  private Marker() {}

  static String id(int call, int attachment) {
    return PREFIX + call + "-" + attachment;
  }

  /** Whether an item is a marker, of whichever attachment. */
  public static boolean isOne(String itemId) {
    return itemId.matches(PREFIX + "\\d+-\\d+");
  }

  /** Puts it behind all other items; an error about it quotes the marker's id. */
  static ProviderCommand creation(String id) {
    return new ProviderCommand.CreateItem(
        id,
        Item.newBuilder()
            .setId(id)
            .setMessage(
                MessageItem.newBuilder()
                    .setRole(Role.SYSTEM)
                    .addContent(ContentPart.newBuilder().setType("input_text").setText(TEXT)))
            .build(),
        "");
  }

  /** Asks for the item that it found. */
  static ProviderCommand retrieval(String id, String itemId) {
    return new ProviderCommand.RetrieveItem(id + RETRIEVAL, itemId);
  }

  static boolean isRetrieval(String eventId) {
    return isSuffixed(eventId, RETRIEVAL);
  }

  /** Takes it away. */
  static ProviderCommand deletion(String id) {
    return new ProviderCommand.DeleteItem(id + DELETION, id);
  }

  static boolean isDeletion(String eventId) {
    return isSuffixed(eventId, DELETION);
  }

  private static boolean isSuffixed(String eventId, String suffix) {
    return eventId.endsWith(suffix)
        && isOne(eventId.substring(0, eventId.length() - suffix.length()));
  }
}
