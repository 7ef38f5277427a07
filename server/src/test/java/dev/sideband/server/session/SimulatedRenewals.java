package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.provider.CallId;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RenewRequest;
import dev.sideband.v1.RenewResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Who renews in random histories, and what they may rely on. */
final class SimulatedRenewals {
  private record Asked(
      ConversationId id,
      Conversations.PendingAnswer<RenewResponse> pending,
      CompletableFuture<RenewResponse> answer) {

    private boolean isAnswered() {
      return answer.isDone() && !answer.isCompletedExceptionally();
    }
  }

  private final SessionWorld world;
  private final List<Asked> asked = new ArrayList<>();
  private final List<Asked> read = new ArrayList<>();

  SimulatedRenewals(SessionWorld world) {
    this.world = world;
  }

  void renew(ConversationId id) {
    var pending =
        world.conversations.renew(
            SessionWorld.ALICE,
            id,
            RenewRequest.newBuilder()
                .setConversationId(id.toString())
                .setSdpOffer(Renewing.OFFER)
                .build());
    asked.add(new Asked(id, pending, world.settled(pending.answer())));
  }

  /** All callers go. */
  void abandon() {
    asked.forEach(each -> each.pending.abandon(dev.sideband.v1.ErrorCode.START_CANCELLED));
  }

  /**
   * Answers take no time to speak of, but some: now they are read, and some callers report that.
   */
  void read(Random random) {
    for (Asked each : asked) {
      if (each.isAnswered() && !read.contains(each)) {
        read.add(each);
        if (random.nextInt(4) > 0) {
          Input report = Renewing.milestone(each.answer.join().getCall());
          assertThat(world.send(each.id, report)).isNotNull();
        }
      }
    }
  }

  /** The process died: nobody waits any more, and answers that were under way are lost. */
  void forgetUnread() {
    asked.removeIf(each -> !each.answer.isDone() || (each.isAnswered() && !read.contains(each)));
  }

  /**
   * Every answer is of a call that the log knows, and every call that took another's place is held.
   */
  void check(ConversationId id) {
    for (RealtimeEvent event : world.events(id)) {
      if (event.hasCallRenewed()) {
        assertThat(asked)
            .as("somebody has the answer of the call in use")
            .anyMatch(
                each ->
                    each.isAnswered()
                        && each.id.equals(id)
                        && each.answer.join().getCall() == event.getCall());
      }
    }
    for (Asked each : asked) {
      if (each.isAnswered() && each.id.equals(id)) {
        RenewResponse answer = each.answer.join();
        RealtimeEvent event = world.events(each.id).get((int) answer.getSequence() - 1);
        assertThat(event.hasCallCreated()).isTrue();
        assertThat(event.getCall()).isEqualTo(answer.getCall());
      }
    }
  }

  void checkAllTold() {
    assertThat(asked).allSatisfy(each -> assertThat(each.answer).isDone());
  }

  /** Every call that was ever in a conversation's log. */
  Set<CallId> calls(ConversationId id) {
    Set<CallId> calls = new HashSet<>();
    for (LogEntry entry : world.log.readEntries(id, 0, Integer.MAX_VALUE)) {
      try {
        String call = PrivatePart.parseFrom(entry.privatePart()).getCallId();
        if (!call.isEmpty()) {
          calls.add(new CallId(call));
        }
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }
    return calls;
  }
}
