package dev.sideband.server.session;

import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.AudioDropped;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemAdded;
import dev.sideband.v1.ProviderEvent;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionChangedByClient;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.Severity;
import dev.sideband.v1.ToolCallRequested;
import dev.sideband.v1.Usage;
import java.util.Optional;

/**
 * What the provider says, made part of the conversation: completed with what only the conversation
 * knows, and matched with the inputs that it answers.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class ProviderIntake {
  /** On a session of its own: what it was before it heard of ours. */
  private static final String SESSION_CREATED = "session.created";

  private final Session session;
  private final ResponseGate gate;
  private final InputFates fates;
  private final Spending spending;
  private final LiveUsage usage;
  private boolean audioDropReported;

  ProviderIntake(Session session, SessionContext context, ResponseGate gate) {
    this.session = session;
    this.gate = gate;
    this.fates = new InputFates(session, gate);
    this.spending = new Spending(session, context.config().prices());
    this.usage = context.usage();
  }

  /** Takes one message. */
  void take(SidebandEvent message, int attachment) {
    PrivatePart part =
        PrivatePart.newBuilder()
            .setProviderJson(message.json())
            .setSessionId(message.sessionId())
            .build();
    for (RealtimeEvent event : message.events()) {
      if (event.hasAudioOut()) {
        pass(event.toBuilder().setAttachment(attachment));
      } else if (tryTake(message, event.toBuilder().setAttachment(attachment), part)) {
        part = PrivatePart.getDefaultInstance();
      }
    }
    session.limits().spent();
  }

  /** Adds an event, unless it says nothing new. */
  private boolean tryTake(SidebandEvent message, RealtimeEvent.Builder event, PrivatePart part) {
    switch (event.getPayloadCase()) {
      case SESSION_CONFIGURED -> configured(message, event, part);
      case ITEM_ADDED -> {
        if (session.state().items().has(event.getItemAdded().getItem().getId())) {
          return false; // `conversation.item.created` and `.added` are one.
        }
        session.journal().add(event, part);
        fates.itemAdded(event.getItemAdded().getItem().getId());
        session.repair().itemAdded(event.getItemAdded());
      }
      case ITEM_RETRIEVED -> {
        session.journal().add(event, part);
        session.repair().itemRetrieved(event.getItemRetrieved().getItem(), message.argumentText());
      }
      case TOOL_CALL_REQUESTED -> {
        if (SeedBook.isSeed(event.getToolCallRequested().getItemId())) {
          return false; // The provider repeats what we told it: nobody called anything.
        }
        toolCalled(event, message.argumentText(), part);
      }
      case RESPONSE_STARTED -> {
        session.journal().add(event, part);
        session.limits().active();
        gate.onStarted().ifPresent(inputId -> fates.acknowledged(inputId, ""));
      }
      case RESPONSE_COMPLETED -> {
        session.journal().add(spending.response(event), part);
        session.limits().active();
        fates.responseCompleted();
        gate.onCompleted();
      }
      case INPUT_SPEECH_STARTED, INPUT_SPEECH_STOPPED -> {
        session.journal().add(event, part);
        session.limits().active();
      }
      case USAGE_RECORDED -> used(spending.recorded(event), part);
      case ERROR_OCCURRED -> failed(message, event, part);
      default -> {
        session.journal().add(event, part);
        fates.onEvent(event);
      }
    }
    return true;
  }

  /** Whether the provider says what the session is after an update. */
  static boolean isUpdated(SidebandEvent message) {
    return !message.type().equals(SESSION_CREATED)
        && message.events().stream().anyMatch(RealtimeEvent::hasSessionConfigured);
  }

  private void configured(SidebandEvent message, RealtimeEvent.Builder event, PrivatePart part) {
    SessionConfigured said = event.getSessionConfigured();
    if (message.type().equals(SESSION_CREATED)) {
      event.setProviderEvent(
          ProviderEvent.newBuilder().setType(SESSION_CREATED).setJson(said.getSession().getJson()));
      session.journal().add(event, part);
    } else if (session.link().confirmation().tryConfirm()) {
      event.setSessionConfigured(said.toBuilder().setTiming(session.trace().timing()));
      session.journal().add(event, part);
      session.renewalWatch().set();
    } else if (!fates.trySessionUpdated(said.getSession(), part)) {
      event.setSessionChangedByClient(
          SessionChangedByClient.newBuilder().setSession(said.getSession()));
      session.journal().add(event, part);
    }
  }

  /**
   * The model calls a function; if that is the handoff tool, it hands over work.
   *
   * @param argumentText the words in the call's arguments
   */
  void toolCalled(RealtimeEvent.Builder event, String argumentText) {
    toolCalled(event, argumentText, PrivatePart.getDefaultInstance());
  }

  private void toolCalled(RealtimeEvent.Builder event, String argumentText, PrivatePart part) {
    ToolCallRequested call = event.getToolCallRequested();
    String handoffTool = session.state().started().getHandoffTool();
    if (!handoffTool.isEmpty() && call.getName().equals(handoffTool)) {
      HandoffBook handoffs = session.state().handoffs();
      event.setHandoffRequested(
          HandoffRequested.newBuilder()
              .setHandoffId(call.getToolCallId())
              .setItemId(call.getItemId())
              .setInput(argumentText)
              .addAllTranscript(session.state().transcript().sinceHandoff())
              .setRecovered(call.getRecovered())
              .setSteersHandoffId(handoffs.latestOpen().orElse("")));
    }
    session.journal().add(event, part);
  }

  private void used(RealtimeEvent.Builder event, PrivatePart part) {
    session.journal().add(event, part);
    Usage total = session.state().usage();
    session.journal().whenDurable(() -> usage.tell(session.id(), total));
  }

  private void failed(SidebandEvent message, RealtimeEvent.Builder event, PrivatePart part) {
    ErrorOccurred.Builder error = event.getErrorOccurred().toBuilder();
    if (!isFinal(error.getSeverity())
        && session.repair().tryTake(message, event.getErrorOccurred())) {
      return;
    }
    if (error.getCode() == ErrorCode.ITEM_DUPLICATE && tryFound(message, event, part)) {
      return;
    }
    String inputId = fates.inputBlamed(message, error.getCode());
    session.journal().add(event.setErrorOccurred(error.setInputId(inputId)), part);
    if (error.getCode() == ErrorCode.RESPONSE_ACTIVE) {
      gate.onRefusedAsActive(message.clientEventId());
    } else if (gate.isAsked(message.clientEventId())) {
      gate.onRefused();
    }
    session.link().confirmation().onRefused(message.clientEventId(), error.getCode());
    fates.failed(inputId, error.build());
    if (isFinal(error.getSeverity())) {
      session.nextCall().callOver(ErrorCodes.reasonOf(error.build()));
    }
  }

  /** What we told again, for all we knew, was there: that is no error, but all we wanted. */
  private boolean tryFound(SidebandEvent message, RealtimeEvent.Builder event, PrivatePart part) {
    String named = message.clientEventId();
    Optional<Item> ours = session.outbox().untold(named.isEmpty() ? message.quotedItemId() : named);
    ours.ifPresent(
        item ->
            session.journal().add(event.setItemAdded(ItemAdded.newBuilder().setItem(item)), part));
    return ours.isPresent();
  }

  /** Whether the provider ends the session with an error like that. */
  static boolean isFinal(Severity severity) {
    return switch (severity) {
      case FATAL, OUT_OF_QUOTA, PAST_LIMIT -> true;
      default -> false;
    };
  }

  private void pass(RealtimeEvent.Builder audio) {
    if (session.journal().tryPass(audio)) {
      audioDropReported = false;
    } else if (!audioDropReported) {
      audioDropReported = true;
      session
          .journal()
          .add(
              RealtimeEvent.newBuilder()
                  .setAudioDropped(
                      AudioDropped.newBuilder()
                          .setDirection(AudioDropped.Direction.OUT)
                          .setFrames(1)));
    }
  }
}
