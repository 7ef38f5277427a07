package dev.sideband.server.session;

import dev.sideband.v1.Item;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The items of one call at a {@link SimulatedProvider}, in order. */
final class SequencedItems {
  private final Map<String, Item> items = new LinkedHashMap<>();
  private String last = "";

  /** Adds an item behind all others, and says which was the last before. */
  String add(Item item) {
    String before = last;
    items.put(item.getId(), item);
    last = item.getId();
    return before;
  }

  void remove(String itemId) {
    items.remove(itemId);
    List<String> left = ids();
    last = left.isEmpty() ? "" : left.get(left.size() - 1);
  }

  boolean has(String itemId) {
    return items.containsKey(itemId);
  }

  Item get(String itemId) {
    return Objects.requireNonNull(items.get(itemId));
  }

  Optional<Item> last() {
    return Optional.ofNullable(items.get(last));
  }

  /** How many messages there are, markers aside. */
  long messages() {
    return items.values().stream()
        .filter(item -> item.hasMessage() && !Marker.isOne(item.getId()))
        .count();
  }

  List<String> ids() {
    return List.copyOf(items.keySet());
  }
}
