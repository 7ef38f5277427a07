package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The items last announced, so that {@code conversation.item.created}, the older name of {@code
 * .added}, does not announce one again. Owned by a sideband's reader.
 *
 * <p><b>Full.</b> The oldest of 64 is forgotten: the two names come one right after the other.
 */
final class AddedItems {
  private static final int CAPACITY = 64;

  private final Set<String> ids = new LinkedHashSet<>();

  /** Whether this message announces an item that was announced; remembers it if not. */
  boolean isRepeat(String type, JsonNode message) {
    if (!type.equals(ItemEvents.ADDED) && !type.equals(ItemEvents.CREATED)) {
      return false;
    }
    String id = Json.text(message.path("item"), "id");
    if (id.isEmpty()) {
      return false;
    }
    if (!ids.add(id)) {
      return true;
    }
    if (ids.size() > CAPACITY) {
      ids.remove(ids.iterator().next());
    }
    return false;
  }
}
