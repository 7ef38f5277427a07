package dev.sideband.cli.torture;

import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;

/**
 * What there is to say in one conversation: chosen at random, and from what its events tell.
 *
 * <p>Only an item that was acknowledged is deleted: a client that deletes what may still be on its
 * way asks for either.
 *
 * <p><b>Full.</b> Past {@value #MOST} handoffs, tool calls or items to delete the oldest is
 * forgotten.
 *
 * <p><b>Threads.</b> {@link #accept} by an observer's, {@link #next} by the caller's.
 */
final class Talk {
  private static final int MOST = 64;

  private final Random random;
  private final Deque<String> handoffs = new ArrayDeque<>();
  private final Deque<String> toolCalls = new ArrayDeque<>();
  private final Deque<String> items = new ArrayDeque<>();
  private boolean endingSeen;

  Talk(Random random) {
    this.random = random;
  }

  /** Learns from an event. */
  synchronized void accept(RealtimeEvent event) {
    if (event.hasHandoffRequested()) {
      keep(handoffs, event.getHandoffRequested().getHandoffId());
    } else if (event.hasHandoffSuperseded()) {
      handoffs.remove(event.getHandoffSuperseded().getHandoffId());
    } else if (event.hasToolCallRequested()) {
      keep(toolCalls, event.getToolCallRequested().getToolCallId());
    } else if (event.hasInputAcknowledged()
        && !event.getInputAcknowledged().getItemId().isEmpty()) {
      keep(items, event.getInputAcknowledged().getItemId());
    }
    endingSeen |= event.hasConversationEnding();
  }

  private static void keep(Deque<String> kept, String each) {
    if (!kept.contains(each)) {
      kept.add(each);
    }
    if (kept.size() > MOST) {
      kept.remove();
    }
  }

  /** Whether its end has begun, whoever asked for it. */
  synchronized boolean isEnding() {
    return endingSeen;
  }

  /** The next input, with a marker of its own. */
  synchronized Input next(String marker) {
    int dice = random.nextInt(100);
    if (!handoffs.isEmpty() && dice < 40) {
      boolean last = random.nextBoolean();
      String id = last ? handoffs.remove() : handoffs.element();
      return Markers.handoffOutput(id, marker, last);
    }
    if (!toolCalls.isEmpty() && dice < 60) {
      return Markers.toolOutput(toolCalls.remove(), marker);
    }
    Optional<String> old =
        dice < 50 && items.size() > 8 ? Optional.of(items.remove()) : Optional.empty();
    return old.map(Markers::itemDelete).orElseGet(() -> say(marker));
  }

  private Input say(String marker) {
    int dice = random.nextInt(100);
    if (dice < 15) {
      return Markers.responseCreate(marker);
    }
    if (dice < 22) {
      return Markers.text("!long 60", marker, true);
    }
    if (dice < 32) {
      return Markers.sessionUpdate(marker);
    }
    if (dice < 40) {
      return Markers.toolWanted(marker);
    }
    return dice < 48
        ? Markers.text("ask the agent about", marker, true)
        : Markers.text("remember this number:", marker, dice < 70);
  }
}
