package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.sideband.v1.CallCreated;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.HandoffCompleted;
import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.InputAcknowledged;
import dev.sideband.v1.InputInDoubt;
import dev.sideband.v1.InputRejected;
import dev.sideband.v1.InputSent;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemAdded;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.ResponseStarted;
import dev.sideband.v1.Role;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.SidebandJoined;
import dev.sideband.v1.SidebandJoining;
import dev.sideband.v1.SidebandLost;
import dev.sideband.v1.SidebandRejoined;
import dev.sideband.v1.ToolCallRequested;
import dev.sideband.v1.TranscriptCompleted;
import dev.sideband.v1.TranscriptDelta;
import dev.sideband.v1.TranscriptSource;
import dev.sideband.v1.Usage;
import dev.sideband.v1.UsageRecorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Equal events give an equal state, whatever they are: also those that no session would write. The
 * histories that sessions do write are compared in {@link SessionSimulationTest}. A failure names
 * its seed.
 */
class SessionStateReplayTest {
  private static final int SEEDS = 500;
  private static final int EVENTS = 60;
  private static final int FIELD_OF_A_LATER_VERSION = 1999;

  @Test
  void shouldBeEqualWhenTheSameEventsAreReplayed() {
    forEachSeed(
        events -> {
          SessionState live = new SessionState();
          SessionState replayed = new SessionState();
          for (RealtimeEvent event : events) {
            live.evolve(event);
            replayed.evolve(stored(event));
          }
          assertThat(replayed.toProto()).isEqualTo(live.toProto());
          ReplayedStates.requireEqual(replayed, live);
        });
  }

  @Test
  void shouldMoveTheSequenceOnlyWhenThePayloadIsUnknown() {
    forEachSeed(
        events -> {
          SessionState state = new SessionState();
          for (RealtimeEvent event : events) {
            state.evolve(event);
          }
          ConversationState before = state.toProto();
          state.evolve(ofALaterVersion(state));
          assertThat(state.toProto())
              .isEqualTo(before.toBuilder().setSequence(before.getSequence() + 1).build());
        });
  }

  @FunctionalInterface
  private interface Property {
    void holdFor(List<RealtimeEvent> events);
  }

  private static void forEachSeed(Property property) {
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        property.holdFor(new Story(new Random(seed)).tell());
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static RealtimeEvent stored(RealtimeEvent event) {
    try {
      return RealtimeEvent.parseFrom(event.toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RealtimeEvent ofALaterVersion(SessionState state) {
    UnknownFieldSet.Field payload =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFromUtf8("something new"))
            .build();
    return stored(
        RealtimeEvent.newBuilder()
            .setSequence(state.sequence() + 1)
            .setTime(state.lastTime())
            .setUnknownFields(
                UnknownFieldSet.newBuilder().addField(FIELD_OF_A_LATER_VERSION, payload).build())
            .build());
  }

  /** Random events over a few ids, so that they concern each other. */
  private static final class Story {
    private final Random random;
    private final List<RealtimeEvent> events = new ArrayList<>();
    private Timestamp time = Timestamps.fromSeconds(1_800_000_000L);

    private Story(Random random) {
      this.random = random;
    }

    private List<RealtimeEvent> tell() {
      add(event().setConversationStarted(ConversationStarted.newBuilder().setVoice("marin")));
      int length = random.nextInt(EVENTS);
      for (int i = 0; i < length; i++) {
        add(random.nextBoolean() ? lifeOrInput() : talk());
      }
      return events;
    }

    private void add(RealtimeEvent.Builder event) {
      time = Timestamps.add(time, Durations.fromMillis(random.nextInt(9)));
      events.add(event.setSequence(events.size() + 1).setTime(time).build());
    }

    private static RealtimeEvent.Builder event() {
      return RealtimeEvent.newBuilder();
    }

    private String id(String kind) {
      return kind + random.nextInt(3);
    }

    private RealtimeEvent.Builder lifeOrInput() {
      String input = id("input");
      return switch (random.nextInt(12)) {
        case 0 -> event().setCallCreated(CallCreated.newBuilder().setModel(id("model")));
        case 1 -> event().setSidebandJoining(SidebandJoining.newBuilder().setAttempt(1));
        case 2 -> event().setSidebandJoined(SidebandJoined.newBuilder().setAttempt(1));
        case 3 -> event().setSidebandLost(SidebandLost.newBuilder().setWillRejoin(true));
        case 4 -> event().setSidebandRejoined(SidebandRejoined.newBuilder().setItemsUnknown(true));
        case 5 -> event().setSessionConfigured(SessionConfigured.getDefaultInstance());
        case 6, 7 ->
            event()
                .setInputAccepted(InputAccepted.newBuilder().setInputId(input).setInput(input()));
        case 8 -> event().setInputSent(InputSent.newBuilder().setInputId(input));
        case 9 -> event().setInputAcknowledged(InputAcknowledged.newBuilder().setInputId(input));
        case 10 -> event().setInputRejected(InputRejected.newBuilder().setInputId(input));
        default ->
            event()
                .setInputInDoubt(InputInDoubt.newBuilder().setInputId(input).setWillResend(true));
      };
    }

    private Input input() {
      return random.nextBoolean() ? Fates.asking("hello?") : Fates.responseCreate();
    }

    private RealtimeEvent.Builder talk() {
      return switch (random.nextInt(10)) {
        case 0 ->
            event()
                .setTranscriptDelta(
                    TranscriptDelta.newBuilder()
                        .setItemId(id("item"))
                        .setRole(Role.ASSISTANT)
                        .setDelta(id("word "))
                        .setSource(TranscriptSource.OUTPUT_TRANSCRIPT));
        case 1 ->
            event()
                .setTranscriptCompleted(
                    TranscriptCompleted.newBuilder()
                        .setItemId(id("item"))
                        .setRole(Role.USER)
                        .setText(id("text ")));
        case 2 ->
            event()
                .setItemAdded(ItemAdded.newBuilder().setItem(Item.newBuilder().setId(id("item"))));
        case 3 -> event().setResponseStarted(ResponseStarted.newBuilder().setResponseId(id("r")));
        case 4 ->
            event().setResponseCompleted(ResponseCompleted.newBuilder().setResponseId(id("r")));
        case 5 ->
            event().setToolCallRequested(ToolCallRequested.newBuilder().setToolCallId(id("tool")));
        case 6 ->
            event().setHandoffRequested(HandoffRequested.newBuilder().setHandoffId(id("handoff")));
        case 7 ->
            event().setHandoffCompleted(HandoffCompleted.newBuilder().setHandoffId(id("handoff")));
        case 8 ->
            event()
                .setUsageRecorded(
                    UsageRecorded.newBuilder()
                        .setTotal(Usage.newBuilder().setInputTokens(random.nextInt(99))));
        default -> event().setErrorOccurred(ErrorOccurred.newBuilder().setMessage(id("error ")));
      };
    }
  }
}
