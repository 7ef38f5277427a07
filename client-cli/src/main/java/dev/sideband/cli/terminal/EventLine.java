package dev.sideband.cli.terminal;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.Item;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.Role;
import dev.sideband.v1.Severity;
import dev.sideband.v1.SidebandLost;
import dev.sideband.v1.Timing;
import dev.sideband.v1.TranscriptCompleted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One event in words: what happened, what is worth knowing about it, and how loud to say it.
 *
 * @param tone how much it matters
 * @param what its name, in two or three words
 * @param detail the rest; may be empty
 */
public record EventLine(Tone tone, String what, String detail) {
  private static final int MOST_FIELDS = 4;

  /** How much an event matters to somebody who watches. */
  public enum Tone {
    /** Part of the machinery. */
    QUIET,
    /** Part of the conversation. */
    NORMAL,
    /** A step of starting or ending. */
    MILESTONE,
    /** What the user said. */
    USER,
    /** What the assistant said. */
    ASSISTANT,
    /** Something is not as it should be; the conversation goes on. */
    WARNING,
    /** Something failed. */
    ERROR
  }

  /** Words for an event; an unknown payload has words too. */
  public static EventLine of(RealtimeEvent event) {
    return switch (event.getPayloadCase()) {
      case CONVERSATION_STARTED ->
          milestone(
              "conversation started",
              list(
                  event.getConversationStarted().getModel(),
                  event.getConversationStarted().getVoice(),
                  words(event.getConversationStarted().getTransport().name())));
      case CALL_CREATED ->
          milestone(
              "call created",
              list(laterCall(event.getCall()), timing(event.getCallCreated().getTiming())));
      case SIDEBAND_JOINING ->
          milestone(
              "sideband joining",
              list(laterCall(event.getCall()), attempt(event.getSidebandJoining().getAttempt())));
      case SIDEBAND_JOINED ->
          milestone("sideband joined", timing(event.getSidebandJoined().getTiming()));
      case SESSION_CONFIGURED ->
          milestone("session configured", timing(event.getSessionConfigured().getTiming()));
      case CLIENT_MILESTONE_REACHED ->
          milestone(
              clientsWord(event.getClientMilestoneReached().getName()),
              list(
                  laterCall(event.getCall()),
                  timing(event.getClientMilestoneReached().getTiming()),
                  "by the client"));
      case RENEWAL_DUE, CALL_RENEWED, RENEWAL_FAILED, CALL_RETIRED -> RenewalLine.of(event);
      default -> ofTurn(event);
    };
  }

  /** Which call an event is of, if it is not the first. */
  static String laterCall(int call) {
    return call > 1 ? "call " + call : "";
  }

  private static EventLine ofTurn(RealtimeEvent event) {
    return switch (event.getPayloadCase()) {
      case SIDEBAND_REJOINED -> GapLines.rejoined(event.getSidebandRejoined());
      case GAP_REPAIRED -> GapLines.repaired(event.getGapRepaired());
      case CONVERSATION_ENDING ->
          milestone("ending", words(event.getConversationEnding().getReason().name()));
      case CONVERSATION_ENDED -> ended(event.getConversationEnded());
      case TRANSCRIPT_COMPLETED -> transcript(event.getTranscriptCompleted());
      case HANDOFF_REQUESTED ->
          new EventLine(
              Tone.NORMAL,
              "handoff requested",
              quote(event.getHandoffRequested().getInput())
                  + recovered(event.getHandoffRequested().getRecovered()));
      case HANDOFF_OUTPUT_ADDED ->
          new EventLine(
              Tone.NORMAL, "handoff answered", quote(event.getHandoffOutputAdded().getText()));
      case TOOL_CALL_REQUESTED ->
          new EventLine(
              Tone.NORMAL,
              "tool call",
              event.getToolCallRequested().getName()
                  + " "
                  + Texts.oneLine(event.getToolCallRequested().getArguments())
                  + recovered(event.getToolCallRequested().getRecovered()));
      default -> ofTrouble(event);
    };
  }

  private static EventLine ofTrouble(RealtimeEvent event) {
    return switch (event.getPayloadCase()) {
      case START_FAILED ->
          new EventLine(
              Tone.ERROR,
              "start failed",
              list(
                  event.getStartFailed().getCode().name(),
                  Texts.oneLine(event.getStartFailed().getMessage())));
      case ERROR_OCCURRED ->
          new EventLine(
              event.getErrorOccurred().getSeverity() == Severity.RECOVERABLE
                  ? Tone.WARNING
                  : Tone.ERROR,
              "error",
              list(
                  event.getErrorOccurred().getCode().name(),
                  Texts.oneLine(event.getErrorOccurred().getMessage())));
      case SIDEBAND_LOST -> lost(event.getSidebandLost());
      case INPUT_REJECTED ->
          new EventLine(
              Tone.WARNING,
              "input rejected",
              list(
                  event.getInputRejected().getCode().name(),
                  Texts.oneLine(event.getInputRejected().getMessage())));
      default -> ofMachinery(event);
    };
  }

  private static EventLine ofMachinery(RealtimeEvent event) {
    return switch (event.getPayloadCase()) {
      case INPUT_IN_DOUBT, AUDIO_DROPPED, TRANSCRIPT_FAILED, INPUT_TIMED_OUT ->
          generic(event, Tone.WARNING);
      case RESPONSE_COMPLETED -> response(event.getResponseCompleted());
      case USAGE_RECORDED -> UsageLine.of(event.getUsageRecorded());
      case INPUT_SPEECH_STARTED -> new EventLine(Tone.NORMAL, "user speaks", "");
      case INPUT_SPEECH_STOPPED -> new EventLine(Tone.NORMAL, "user stopped", "");
      case PROVIDER_EVENT ->
          new EventLine(Tone.QUIET, "provider event", event.getProviderEvent().getType());
      case ITEM_ADDED -> item("item added", event.getItemAdded().getItem());
      case ITEM_COMPLETED -> item("item completed", event.getItemCompleted().getItem());
      case PAYLOAD_NOT_SET ->
          new EventLine(Tone.WARNING, "unknown event", "made by a newer server than this client");
      default -> generic(event, Tone.QUIET);
    };
  }

  private static EventLine milestone(String what, String detail) {
    return new EventLine(Tone.MILESTONE, what, detail);
  }

  private static String clientsWord(String name) {
    return name.isBlank() ? "client milestone" : words(Texts.oneLine(name));
  }

  private static EventLine ended(ConversationEnded ended) {
    String took = ended.hasDuration() ? Texts.span(Texts.millis(ended.getDuration())) : "";
    return milestone(
        "ended",
        list(
            words(ended.getReason().name()),
            words(ended.getHangUp().name()),
            took,
            UsageLine.cost(ended.getUsage())));
  }

  private static EventLine transcript(TranscriptCompleted completed) {
    boolean user = completed.getRole() == Role.USER;
    return new EventLine(
        user ? Tone.USER : Tone.ASSISTANT,
        user ? "you" : words(completed.getRole().name()),
        Texts.oneLine(completed.getText()));
  }

  private static EventLine lost(SidebandLost lost) {
    return new EventLine(
        Tone.WARNING,
        "sideband lost",
        list(
            words(lost.getCause().name()),
            lost.getCloseCode() == 0 ? "" : "close code " + lost.getCloseCode(),
            lost.getWillRejoin() ? "rejoining" : "not rejoining"));
  }

  private static String recovered(boolean recovered) {
    return recovered ? " (recovered)" : "";
  }

  private static EventLine response(ResponseCompleted completed) {
    boolean failed = completed.getStatus() == ResponseCompleted.Status.FAILED;
    return new EventLine(
        failed ? Tone.ERROR : Tone.QUIET,
        "response " + words(completed.getStatus().name()),
        list(completed.getReason(), Texts.oneLine(completed.getMessage())));
  }

  private static EventLine item(String what, Item item) {
    String kind = item.getKindCase().name();
    return new EventLine(
        Tone.QUIET,
        what,
        list(
            item.hasMessage()
                ? words(item.getMessage().getRole().name()) + " message"
                : words(kind),
            item.getId()));
  }

  /** The payload's name as words, and its first few plain fields. */
  private static EventLine generic(RealtimeEvent event, Tone tone) {
    FieldDescriptor field =
        RealtimeEvent.getDescriptor().findFieldByNumber(event.getPayloadCase().getNumber());
    Message payload = (Message) event.getField(field);
    List<String> details = new ArrayList<>();
    for (Map.Entry<FieldDescriptor, Object> entry : payload.getAllFields().entrySet()) {
      FieldDescriptor.JavaType type = entry.getKey().getJavaType();
      if (!entry.getKey().isRepeated()
          && type != FieldDescriptor.JavaType.MESSAGE
          && type != FieldDescriptor.JavaType.BYTE_STRING
          && details.size() < MOST_FIELDS) {
        details.add(entry.getKey().getName() + "=" + Texts.oneLine(entry.getValue().toString()));
      }
    }
    return new EventLine(tone, words(field.getName()), String.join(" ", details));
  }

  static String timing(Timing timing) {
    String elapsed = Texts.span(Texts.millis(timing.getElapsed()));
    return timing.hasElapsed() ? "took " + elapsed : "";
  }

  private static String attempt(int attempt) {
    return attempt > 1 ? "attempt " + attempt : "";
  }

  private static String quote(String text) {
    return "“" + Texts.oneLine(text) + "”";
  }

  /** What there is of it, with commas. */
  static String list(String... parts) {
    List<String> present = new ArrayList<>();
    for (String part : parts) {
      if (!part.isEmpty()) {
        present.add(part);
      }
    }
    return String.join(", ", present);
  }

  /** An enum constant or a field name as words. */
  public static String words(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** In its colour. */
  public String painted(Palette palette, int whatColumns) {
    String name = Texts.pad(what, whatColumns);
    return switch (tone) {
      case QUIET -> palette.faint(name + " " + detail);
      case NORMAL -> name + " " + detail;
      case MILESTONE -> palette.accent(name) + " " + palette.faint(detail);
      case USER -> palette.user(name) + " " + detail;
      case ASSISTANT -> palette.accent(name) + " " + palette.strong(detail);
      case WARNING -> palette.warning(name + " " + detail);
      case ERROR -> palette.bad(name) + " " + detail;
    };
  }
}
