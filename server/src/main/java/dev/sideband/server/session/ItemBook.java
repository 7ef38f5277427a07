package dev.sideband.server.session;

import dev.sideband.store.v1.ItemsCheckpoint;
import dev.sideband.v1.GapRepaired;
import dev.sideband.v1.Item;
import dev.sideband.v1.RealtimeEvent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The items of the call in use, by their ids: which it knows, which of them it does not know to be
 * finished, and which {@linkplain Marker markers} of ours may stand among them.
 *
 * <p>Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class ItemBook {
  private final Set<String> known = new LinkedHashSet<>();
  private final Set<String> deleted = new LinkedHashSet<>();
  private final Set<String> unfinished = new LinkedHashSet<>();
  private final Set<String> markers = new LinkedHashSet<>();

  /**
   * Takes the next event of the conversation.
   *
   * @param lost whether its sideband is lost at this event
   */
  void evolve(RealtimeEvent event, boolean lost) {
    switch (event.getPayloadCase()) {
      case CALL_RENEWED -> {
        known.clear();
        deleted.clear();
        unfinished.clear();
        markers.clear();
      }
      case ITEM_ADDED -> added(event.getItemAdded().getItem().getId());
      case ITEM_COMPLETED -> unfinished.remove(event.getItemCompleted().getItem().getId());
      case ITEM_RETRIEVED -> retrieved(event.getItemRetrieved().getItem());
      case ITEM_DELETED -> deleted(event.getItemDeleted().getItemId());
      case INPUT_ACKNOWLEDGED -> acknowledged(event.getInputAcknowledged().getItemId());
      case SIDEBAND_JOINING -> {
        if (lost) {
          // A process that dies after it may have put one there.
          markers.add(markerOf(event));
        }
      }
      case SIDEBAND_REJOINED -> {
        if (!event.getSidebandRejoined().getWillRepair()) {
          markers.remove(markerOf(event));
        }
      }
      case GAP_REPAIRED -> {
        if (event.getGapRepaired().getOutcome() == GapRepaired.Outcome.REFUSED) {
          markers.clear(); // It was not made, and the earlier ones were deleted before it.
        }
      }
      default -> {}
    }
  }

  private static String markerOf(RealtimeEvent event) {
    return Marker.id(event.getCall(), event.getAttachment());
  }

  private void added(String itemId) {
    known.add(itemId);
    unfinished.add(itemId);
    if (markers.contains(itemId)) {
      markers.retainAll(Set.of(itemId)); // The earlier ones were deleted before it.
    }
  }

  private void retrieved(Item item) {
    known.add(item.getId());
    if (isUnderWay(item)) {
      unfinished.add(item.getId());
    } else {
      unfinished.remove(item.getId());
    }
  }

  private void deleted(String itemId) {
    unfinished.remove(itemId);
    markers.remove(itemId);
    if (known.contains(itemId)) {
      deleted.add(itemId);
    }
  }

  /** A duplicate was never heard to be added, but it is there. */
  private void acknowledged(String itemId) {
    if (!itemId.isEmpty()) {
      known.add(itemId);
    }
  }

  /** Whether the provider is still at it: more of it is to come. */
  static boolean isUnderWay(Item item) {
    return item.getStatus().equals("in_progress");
  }

  /** Whether it was ever there. */
  boolean has(String itemId) {
    return known.contains(itemId);
  }

  /** Whether it was ever there, and is all known. */
  boolean hasWhole(String itemId) {
    return known.contains(itemId) && !unfinished.contains(itemId);
  }

  /** Whether one is there, as far as is known, that is neither one of these nor a marker. */
  boolean hasOthersThan(Set<String> itemIds) {
    return known.stream()
        .anyMatch(id -> !deleted.contains(id) && !itemIds.contains(id) && !Marker.isOne(id));
  }

  /** Those that may be among the items, the oldest first. */
  List<String> markers() {
    return List.copyOf(markers);
  }

  ItemsCheckpoint checkpoint() {
    return ItemsCheckpoint.newBuilder()
        .addAllKnown(known)
        .addAllDeleted(deleted)
        .addAllUnfinished(unfinished)
        .addAllMarkers(markers)
        .build();
  }

  void restore(ItemsCheckpoint from) {
    known.addAll(from.getKnownList());
    deleted.addAll(from.getDeletedList());
    unfinished.addAll(from.getUnfinishedList());
    markers.addAll(from.getMarkersList());
  }
}
