package dev.sideband.server.session;

import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputKind;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Severity;
import dev.sideband.v1.SidebandLost;
import dev.sideband.v1.UsageRecorded;
import io.opentelemetry.api.common.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes counts of the events that one session adds. They are due when the append that brings the
 * events is durable, so that nothing is counted that is not true; events that are replayed do not
 * come here.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class EventTally {
  private static final String KIND_PREFIX = "input_";

  private final SessionMetrics metrics;
  private final SessionState state;
  private final String provider;
  private List<Runnable> due = new ArrayList<>();
  private SidebandLost.@Nullable Cause lost;

  EventTally(SessionMetrics metrics, SessionState state, String provider) {
    this.metrics = metrics;
    this.state = state;
    this.provider = provider;
    this.lost = state.sideband().loss().map(SidebandLost::getCause).orElse(null);
  }

  /** What is due for all that was added since the last time. */
  Runnable take() {
    List<Runnable> taken = due;
    if (taken.isEmpty()) {
      return () -> {};
    }
    due = new ArrayList<>();
    return () -> taken.forEach(Runnable::run);
  }

  /** Takes an event that is about to be added; the state is still what it was before. */
  void add(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case START_FAILED -> {
        var code = event.getStartFailed().getCode();
        due.add(() -> metrics.error(code, Severity.FATAL));
      }
      case ERROR_OCCURRED -> {
        ErrorOccurred error = event.getErrorOccurred();
        due.add(() -> metrics.error(error.getCode(), error.getSeverity()));
      }
      case CALL_RENEWED -> {
        settle("renewed");
        due.add(metrics::renewed);
      }
      case RENEWAL_FAILED -> {
        var code = event.getRenewalFailed().getCode();
        due.add(() -> metrics.renewalFailed(code));
      }
      case CALL_RETIRED -> hungUp(event.getCallRetired().getHangUp());
      case AUDIO_DROPPED -> {
        var dropped = event.getAudioDropped();
        if (dropped.getDirection() == dev.sideband.v1.AudioDropped.Direction.IN) {
          due.add(() -> metrics.droppedAudio(dropped.getDirection(), dropped.getFrames()));
        }
      }
      case USAGE_RECORDED -> used(event.getUsageRecorded());
      default -> {
        addToLife(event);
        addToInputs(event);
      }
    }
  }

  private void addToLife(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case SIDEBAND_LOST -> {
        SidebandLost.Cause cause = event.getSidebandLost().getCause();
        lost = event.getSidebandLost().getWillRejoin() ? cause : null;
        due.add(() -> metrics.lost(cause));
      }
      case SIDEBAND_REJOINED -> settle("rejoined");
      case CONVERSATION_ENDING -> settle(ending(event.getConversationEnding().getReason()));
      case CONVERSATION_ENDED -> {
        var reason = event.getConversationEnded().getReason();
        due.add(() -> metrics.ended(reason));
        hungUp(event.getConversationEnded().getHangUp());
      }
      default -> {}
    }
  }

  /** Whether it did not come back, or the conversation ended for another reason meanwhile. */
  private static String ending(EndReason reason) {
    return switch (reason) {
      case SIDEBAND_FAILED, AUTH, QUOTA, PROVIDER_FATAL, SERVER_FAILED -> "failed";
      default -> "ended";
    };
  }

  /** Something came of a loss, if there was one. */
  private void settle(String outcome) {
    SidebandLost.Cause cause = lost;
    lost = null;
    if (cause != null) {
      due.add(() -> metrics.rejoin(cause, outcome));
    }
  }

  private void hungUp(HangUp outcome) {
    if (outcome != HangUp.NO_CALL) {
      due.add(() -> metrics.hangUp(outcome));
    }
  }

  private void addToInputs(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case INPUT_ACCEPTED -> input(event.getInputAccepted().getKind(), "accepted");
      case CLIENT_MILESTONE_REACHED -> input(InputKind.INPUT_CLIENT_MILESTONE, "accepted");
      case INPUT_SENT -> input(event.getInputSent().getInputId(), "sent");
      case INPUT_ACKNOWLEDGED -> input(event.getInputAcknowledged().getInputId(), "acknowledged");
      case INPUT_REJECTED -> input(event.getInputRejected().getInputId(), "rejected");
      case INPUT_MERGED -> input(event.getInputMerged().getInputId(), "merged");
      case INPUT_DISCARDED -> input(event.getInputDiscarded().getInputId(), "discarded");
      case INPUT_IN_DOUBT -> input(event.getInputInDoubt().getInputId(), "in_doubt");
      default -> {}
    }
  }

  private void input(String inputId, String fate) {
    Optional<Input> pending = state.inputs().pending(inputId);
    input(pending.map(EventTally::kind).orElse(InputKind.INPUT_KIND_UNSPECIFIED), fate);
  }

  private void input(InputKind kind, String fate) {
    due.add(() -> metrics.input(name(kind), fate));
  }

  /** An input that was never to become an event. */
  void refused(Input input) {
    metrics.input(name(kind(input)), "refused");
  }

  private static InputKind kind(Input input) {
    InputKind kind = InputKind.forNumber(input.getKindCase().getNumber());
    return kind == null ? InputKind.INPUT_KIND_UNSPECIFIED : kind;
  }

  private static String name(InputKind kind) {
    return kind == InputKind.INPUT_KIND_UNSPECIFIED
        ? "unknown"
        : kind.name().toLowerCase(Locale.ROOT).substring(KIND_PREFIX.length());
  }

  private void used(UsageRecorded recorded) {
    String model = Spending.model(state, recorded);
    Attributes what =
        Attributes.of(
            Attribute.OPERATION,
            Spending.isTranscription(recorded) ? "transcription" : TurnTrace.RESPOND,
            Attribute.PROVIDER,
            provider,
            Attribute.MODEL,
            model.isEmpty() ? Spending.answering(state) : model);
    due.add(() -> metrics.usage().used(recorded.getUsage(), what));
  }
}
