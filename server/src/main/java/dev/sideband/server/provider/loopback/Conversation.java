package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session's items, in order.
 *
 * <p><b>Threads.</b> The loop's.
 *
 * <p><b>Full.</b> With {@value #MOST_ITEMS} items the oldest is forgotten for each new one, as a
 * provider truncates what its model can no longer read.
 */
final class Conversation {
  static final int LONGEST_ID = 32;
  private static final int MOST_ITEMS = 4_096;

  private final List<ObjectNode> items = new ArrayList<>();

  /** Whether an item with this id could be put there. */
  Optional<Refusal> check(String id, String after) {
    if (id.length() > LONGEST_ID) {
      return Optional.of(Refusal.tooLong("item.id", LONGEST_ID, id.length()));
    }
    if (find(id).isPresent()) {
      String message = "Error adding item: an item with id '" + id + "' already exists.";
      return Optional.of(new Refusal("item_create_duplicate_item_id", message, "item.id"));
    }
    if (!after.isEmpty() && !after.equals("root") && find(after).isEmpty()) {
      String message =
          "Error adding item: the previous item with id '" + after + "' does not exist.";
      return Optional.of(
          new Refusal("item_create_invalid_previous_item_id", message, "previous_item_id"));
    }
    return Optional.empty();
  }

  /** Puts an item after another; "" = at the end, "root" = first. */
  void insert(ObjectNode item, String after) {
    if (items.size() == MOST_ITEMS) {
      items.remove(0);
    }
    if (after.isEmpty()) {
      items.add(item);
    } else {
      items.add(after.equals("root") ? 0 : indexOf(after) + 1, item);
    }
  }

  Optional<ObjectNode> find(String id) {
    return items.stream().filter(item -> item.path("id").asText().equals(id)).findFirst();
  }

  /** The item with this id, or the refusal that OpenAI gives for what was to be done with it. */
  Optional<Refusal> checkExists(String id, String deed, String gerund) {
    if (id.isEmpty()) {
      return Optional.of(Refusal.missing("item_id"));
    }
    if (find(id).isEmpty()) {
      String message = "Error " + gerund + " item: the item with id '" + id + "' does not exist.";
      return Optional.of(new Refusal("item_" + deed + "_invalid_item_id", message, "item_id"));
    }
    return Optional.empty();
  }

  void remove(String id) {
    items.removeIf(item -> item.path("id").asText().equals(id));
  }

  /** The id of the item before this one, or null. */
  @Nullable String predecessor(String id) {
    int index = indexOf(id);
    return index < 1 ? null : items.get(index - 1).path("id").asText();
  }

  /** The id of the last item, or null. */
  @Nullable String lastId() {
    return items.isEmpty() ? null : items.get(items.size() - 1).path("id").asText();
  }

  List<ObjectNode> items() {
    return List.copyOf(items);
  }

  /** Whether a tool was called with this call id. */
  boolean hasToolCall(String callId) {
    return items.stream()
        .anyMatch(
            item ->
                item.path("type").asText().equals("function_call")
                    && item.path("call_id").asText().equals(callId));
  }

  private int indexOf(String id) {
    for (int i = items.size() - 1; i >= 0; i--) {
      if (items.get(i).path("id").asText().equals(id)) {
        return i;
      }
    }
    return -1;
  }
}
