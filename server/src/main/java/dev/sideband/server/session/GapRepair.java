package dev.sideband.server.session;

import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.GapRepaired;
import dev.sideband.v1.GapRepaired.Outcome;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemAdded;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SidebandRejoined;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what was missed while the sideband was lost: at the end of the provider's conversation,
 * the one place that the protocol can name.
 *
 * <p><b>How.</b> A {@link Marker} is put behind all items, so that the item before it is the last
 * as the gap left it, or one that was heard since the rejoin; those are followed back. If that item
 * is not known, or not known to be whole, it is looked up, and told as a {@link RecoveredItem}. A
 * marker is deleted as soon as it is heard of; one that a crash or another loss may have left is
 * deleted before the next is made.
 *
 * <p><b>States.</b> Idle; waiting for its turn, behind all sidebands that are still to be rejoined:
 * hearing comes first; marked, until the marker is heard of; retrieving, until the item comes.
 *
 * <p><b>Promise.</b> Nothing waits for it. GapRepaired follows SidebandRejoined once, at the latest
 * {@link SessionConfig#configureTimeout} after its turn, unless the sideband is lost again or the
 * conversation ends. What the provider refuses of it is nobody else's error.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class GapRepair {
  private enum Stage {
    IDLE,
    WAITING,
    MARKED,
    RETRIEVING
  }

  private final Session session;
  private final SessionContext context;
  private final Map<String, String> predecessors = new HashMap<>();
  private Timers.@Nullable Timer deadline;
  private Places.@Nullable Place place;
  private Stage stage = Stage.IDLE;
  private String marker = "";
  private String tail = "";
  private boolean tailKnown;

  GapRepair(Session session, SessionContext context) {
    this.session = session;
    this.context = context;
  }

  boolean isOn() {
    return context.config().probesGaps();
  }

  /** What is to be told of the gap at once, now that the sideband is back. */
  SidebandRejoined.Builder gap() {
    SessionState state = session.state();
    return state
        .sideband()
        .gap()
        .setRejoinedAt(ProtoTime.of(context.clock().instant()))
        .setUnsettledResponseId(state.responses().activeId())
        .setWillRepair(isOn());
  }

  /** The sideband is back, and was told nothing yet but our session. */
  void begin() {
    if (!isOn()) {
      return;
    }
    SessionState state = session.state();
    marker = Marker.id(state.call(), state.sideband().attachment());
    stage = Stage.WAITING;
    place = context.rejoins().take(turn -> session.run(() -> mark(turn)));
  }

  private void mark(Places.Place turn) {
    turn.leave();
    if (stage != Stage.WAITING) {
      return;
    }
    SessionState state = session.state();
    stage = Stage.MARKED;
    deadline =
        context.timers().after(context.config().configureTimeout(), session.inTurn(this::timedOut));
    for (String left : state.items().markers()) {
      if (!left.equals(marker)) {
        session.link().send(Marker.deletion(left));
      }
    }
    session.link().send(Marker.creation(marker));
  }

  /** An item was heard to be added; it is part of the state already. */
  void itemAdded(ItemAdded added) {
    String id = added.getItem().getId();
    if (session.state().items().markers().contains(id)) {
      session.link().send(Marker.deletion(id)); // However late it came.
    }
    if (stage == Stage.WAITING || stage == Stage.MARKED) {
      predecessors.put(id, added.getPreviousItemId());
      if (id.equals(marker)) {
        Set<String> heard = Set.copyOf(predecessors.keySet());
        found(firstUnheardBefore(marker), session.state().items().hasOthersThan(heard));
      }
    }
  }

  /**
   * The nearest item before this one that was not heard of since the rejoin; "" if there is none.
   */
  private String firstUnheardBefore(String itemId) {
    String id = itemId;
    while (predecessors.containsKey(id)) {
      id = predecessors.remove(id); // An item that stands before itself ends it, too.
    }
    return id;
  }

  /**
   * The marker is there.
   *
   * @param last what the gap left as the last item; "" if none is named
   * @param isOneDue whether there must be one
   */
  private void found(String last, boolean isOneDue) {
    SessionState state = session.state();
    tail = last;
    tailKnown = !tail.isEmpty() && state.items().has(tail);
    if (tail.isEmpty()) {
      settle(isOneDue ? Outcome.TAIL_UNKNOWN : Outcome.NOTHING_MISSED);
    } else if (state.items().hasWhole(tail) || (tailKnown && isOurs(tail))) {
      settle(Outcome.NOTHING_MISSED);
    } else if (Marker.isOne(tail)) {
      settle(Outcome.TAIL_UNKNOWN);
    } else if (isOurs(tail)) {
      settle(Outcome.TAIL_IS_INPUT);
    } else {
      stage = Stage.RETRIEVING;
      session.link().send(Marker.retrieval(marker, tail));
    }
  }

  /** Whether an item has nothing in it that we did not put there. */
  private boolean isOurs(String itemId) {
    return Marker.isOne(itemId)
        || Outbox.isInitial(itemId)
        || SeedBook.isSeed(itemId)
        || session.state().inputs().sequenceOf(itemId).isPresent();
  }

  /** An item was looked up; it is part of the state already. */
  void itemRetrieved(Item item, String argumentText) {
    if (stage == Stage.RETRIEVING && item.getId().equals(tail)) {
      settle(Outcome.TAIL_RECOVERED);
      new RecoveredItem(item, argumentText).tell(session);
    }
  }

  /**
   * Takes an error that is about the repair.
   *
   * @return false if it is about something else
   */
  boolean tryTake(SidebandEvent message, ErrorOccurred error) {
    String eventId = message.clientEventId();
    // OpenAI does not always echo the id of ours when an item does not exist.
    String missing =
        eventId.isEmpty() && error.getCode() == ErrorCode.ITEM_UNKNOWN
            ? message.quotedItemId()
            : "";
    if (Marker.isDeletion(eventId) || Marker.isOne(missing)) {
      return true; // It is not there, which is what was wanted; or the next rejoin tries again.
    }
    if (Marker.isOne(eventId)) {
      if (stage == Stage.MARKED && eventId.equals(marker)) {
        settle(Outcome.REFUSED, error);
      }
      return true;
    }
    boolean ofTail = stage == Stage.RETRIEVING && missing.equals(tail);
    if (ofTail || Marker.isRetrieval(eventId)) {
      if (stage == Stage.RETRIEVING) {
        settle(Outcome.TAIL_UNKNOWN, error);
      }
      return true;
    }
    return false;
  }

  private void timedOut() {
    settle(Outcome.TIMED_OUT);
  }

  private void settle(Outcome outcome) {
    settle(outcome, ErrorOccurred.getDefaultInstance());
  }

  private void settle(Outcome outcome, ErrorOccurred why) {
    GapRepaired.Builder repaired =
        GapRepaired.newBuilder()
            .setOutcome(outcome)
            .setTailItemId(tail)
            .setItemsUnknown(outcome != Outcome.NOTHING_MISSED && !tailKnown)
            .setProviderCode(why.getProviderCode())
            .setMessage(why.getMessage());
    if (outcome == Outcome.TAIL_RECOVERED) {
      repaired.addRecoveredItemIds(tail);
    }
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setAttachment(session.state().sideband().attachment())
                .setGapRepaired(repaired));
    abandon();
  }

  /** Looks no further: the sideband is lost again, or the conversation is over. */
  void abandon() {
    stage = Stage.IDLE;
    if (place != null) {
      place.leave();
    }
    tail = "";
    tailKnown = false;
    predecessors.clear();
    if (deadline != null) {
      deadline.cancel();
    }
  }
}
