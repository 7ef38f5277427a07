package dev.sideband.cli;

import dev.sideband.v1.CallCreated;
import dev.sideband.v1.CallRenewed;
import dev.sideband.v1.CallRetired;
import dev.sideband.v1.ClientMilestoneReached;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.ConversationEnding;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.HandoffCompleted;
import dev.sideband.v1.HandoffOutputAdded;
import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.InputSpeechStarted;
import dev.sideband.v1.InputSpeechStopped;
import dev.sideband.v1.Milestone;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.RenewalDue;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.ResponseStarted;
import dev.sideband.v1.Role;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.SidebandJoined;
import dev.sideband.v1.SidebandJoining;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.Timing;
import dev.sideband.v1.TranscriptCompleted;
import dev.sideband.v1.TranscriptDelta;
import dev.sideband.v1.TranscriptEntry;
import dev.sideband.v1.TransportKind;
import dev.sideband.v1.Usage;
import dev.sideband.v1.UsageRecorded;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The script of one conversation: speech is answered with a handoff, the handoff's answer is said,
 * a text is repeated. Time passes by 10 ms an event. Guarded by its server's lock.
 */
final class FakeConversation {
  static final String SPOKEN = "Hello. What is the state of the build?";
  static final String HANDED_OFF = "look up the build status";
  static final String ANSWER = "The build is all green.";

  private final String id;
  private final FakeConversationServer.Flaw flaw;
  private final List<RealtimeEvent> events = new ArrayList<>();
  private final List<StreamObserver<RealtimeEvents>> followers = new ArrayList<>();
  private final List<TranscriptEntry> transcript = new ArrayList<>();
  private final List<Milestone> milestones = new ArrayList<>();
  private boolean deaf;
  private boolean ended;
  private int responses;
  private Usage used = Usage.getDefaultInstance();

  FakeConversation(String id, FakeConversationServer.Flaw flaw) {
    this.id = id;
    this.flaw = flaw;
  }

  void start(StartRequest request) {
    boolean media = request.getTransport().hasWebRtc();
    add(
        event ->
            event.setConversationStarted(
                ConversationStarted.newBuilder()
                    .setDialect("openai-realtime")
                    .setModel("gpt-realtime")
                    .setVoice("marin")
                    .setTransport(media ? TransportKind.WEB_RTC : TransportKind.WEB_SOCKET)));
  }

  /** From now on nothing that is said is understood. */
  void goDeaf() {
    deaf = true;
  }

  /** What its client reported of a call's startup: of the first call, or of a renewed one. */
  List<ClientMilestoneReached> reported(int call) {
    return events.stream()
        .filter(event -> event.hasClientMilestoneReached() && event.getCall() == call)
        .map(RealtimeEvent::getClientMilestoneReached)
        .toList();
  }

  long callCreated() {
    CallCreated created =
        CallCreated.newBuilder()
            .setTiming(FakeTime.timing(19, 19))
            .setProviderProcessing(FakeTime.duration(18))
            .build();
    milestone("call_created", created.getTiming(), false);
    return add(event -> event.setCallCreated(created));
  }

  void join() {
    add(event -> event.setSidebandJoining(SidebandJoining.newBuilder().setAttempt(1)));
    Timing joined = FakeTime.timing(14, 36);
    milestone("sideband_joined", joined, false);
    add(event -> event.setSidebandJoined(SidebandJoined.newBuilder().setTiming(joined)));
    Timing configured = FakeTime.timing(7, 43);
    milestone("session_configured", configured, false);
    add(event -> event.setSessionConfigured(SessionConfigured.newBuilder().setTiming(configured)));
  }

  /** A response used this, as all that was used. */
  void use(Usage usage) {
    used = usage;
    add(
        event ->
            event.setUsageRecorded(
                UsageRecorded.newBuilder()
                    .setResponseId("resp_1")
                    .setUsage(usage)
                    .setTotal(usage)));
  }

  /** The provider will end the call, if it is not renewed. */
  void renewalDue() {
    add(
        event ->
            event
                .setCall(1)
                .setRenewalDue(
                    RenewalDue.newBuilder()
                        .setDueAt(FakeTime.time(300_000))
                        .setLimit(FakeTime.duration(3_600_000))));
  }

  /** Joins its second call, which it goes on in when the client reports that it holds it. */
  void renew() {
    add(event -> event.setCall(2).setSidebandJoining(SidebandJoining.newBuilder().setAttempt(1)));
    add(event -> event.setCall(2).setSidebandJoined(SidebandJoined.getDefaultInstance()));
  }

  private void goOnInSecondCall() {
    add(event -> event.setCall(2).setCallRenewed(CallRenewed.newBuilder().setCall(2)));
    add(event -> event.setCall(1).setCallRetired(CallRetired.newBuilder().setCall(1)));
    turn("I am still here.");
  }

  long take(Input input) {
    return switch (input.getKindCase()) {
      case CLIENT_MILESTONE -> clientMilestone(input);
      case HANDOFF_OUTPUT -> handoffOutput(input);
      default -> {
        long accepted = accepted(input);
        if (input.getText().getRespond()) {
          turn("You said: " + input.getText().getText());
        }
        yield accepted;
      }
    };
  }

  void loseFollowers() {
    followers.forEach(each -> each.onError(Status.UNAVAILABLE.asRuntimeException()));
    followers.clear();
  }

  private long accepted(Input input) {
    return add(event -> event.setInputAccepted(InputAccepted.newBuilder().setInput(input)));
  }

  private long clientMilestone(Input input) {
    String name = input.getClientMilestone().getName();
    Timing timing =
        Timing.newBuilder()
            .setElapsed(input.getClientMilestone().getElapsed())
            .setTotal(input.getClientMilestone().getTotal())
            .build();
    milestone(name, timing, true);
    long sequence =
        add(
            event ->
                event
                    .setCall(Math.max(1, input.getClientMilestone().getCall()))
                    .setClientMilestoneReached(
                        ClientMilestoneReached.newBuilder().setName(name).setTiming(timing)));
    if (name.equals("first_audio_heard") && !deaf) {
      hear();
    }
    if (input.getClientMilestone().getCall() == 2) {
      goOnInSecondCall();
    }
    return sequence;
  }

  private void hear() {
    add(event -> event.setInputSpeechStarted(InputSpeechStarted.newBuilder().setItemId("u1")));
    add(event -> event.setInputSpeechStopped(InputSpeechStopped.newBuilder().setItemId("u1")));
    if (flaw != FakeConversationServer.Flaw.TRANSCRIBES_NO_USER) {
      completed(Role.USER, "u1", SPOKEN, "");
    }
    turn("I will ask the background agent.");
    add(
        event ->
            event.setHandoffRequested(
                HandoffRequested.newBuilder().setHandoffId("h1").setInput(HANDED_OFF)));
  }

  private long handoffOutput(Input input) {
    long accepted = accepted(input);
    add(
        event ->
            event.setHandoffOutputAdded(
                HandoffOutputAdded.newBuilder()
                    .setHandoffId("h1")
                    .setText(input.getHandoffOutput().getText())));
    add(event -> event.setHandoffCompleted(HandoffCompleted.newBuilder().setHandoffId("h1")));
    turn(ANSWER);
    return accepted;
  }

  private void turn(String text) {
    String response = "r" + ++responses;
    String item = "a" + responses;
    add(event -> event.setResponseStarted(ResponseStarted.newBuilder().setResponseId(response)));
    for (String word : text.split("(?<= )", -1)) {
      add(
          event ->
              event.setTranscriptDelta(
                  TranscriptDelta.newBuilder()
                      .setRole(Role.ASSISTANT)
                      .setItemId(item)
                      .setDelta(word)));
    }
    completed(Role.ASSISTANT, item, text, response);
    add(
        event ->
            event.setResponseCompleted(
                ResponseCompleted.newBuilder()
                    .setResponseId(response)
                    .setStatus(ResponseCompleted.Status.COMPLETED)));
  }

  private void completed(Role role, String item, String text, String response) {
    transcript.add(
        TranscriptEntry.newBuilder()
            .setItemId(item)
            .setRole(role)
            .setText(text)
            .setCompleted(true)
            .build());
    add(
        event ->
            event.setTranscriptCompleted(
                TranscriptCompleted.newBuilder()
                    .setRole(role)
                    .setItemId(item)
                    .setText(text)
                    .setResponseId(response)));
  }

  long end(EndReason reason) {
    if (ended) {
      return head() - 1;
    }
    long sequence =
        add(
            event ->
                event.setConversationEnding(ConversationEnding.newBuilder().setReason(reason)));
    ended = true;
    add(
        event ->
            event.setConversationEnded(
                ConversationEnded.newBuilder()
                    .setReason(reason)
                    .setUsage(used)
                    .setHangUp(ConversationEnded.HangUp.HUNG_UP)
                    .setDuration(FakeTime.duration(4_200))));
    followers.forEach(StreamObserver::onCompleted);
    followers.clear();
    return sequence;
  }

  void follow(StreamObserver<RealtimeEvents> responses, long after, boolean following) {
    events.stream()
        .filter(event -> event.getSequence() > after)
        .forEach(event -> responses.onNext(batch(event)));
    if (!following || ended) {
      responses.onCompleted();
    } else {
      followers.add(responses);
    }
  }

  private long add(Consumer<RealtimeEvent.Builder> payload) {
    boolean skips = flaw == FakeConversationServer.Flaw.SKIPS_A_SEQUENCE && events.size() == 3;
    long sequence = head() + (skips ? 2 : 1);
    RealtimeEvent.Builder event =
        RealtimeEvent.newBuilder()
            .setConversationId(id)
            .setSequence(sequence)
            .setTime(FakeTime.time(events.size() * 10L));
    payload.accept(event);
    events.add(event.build());
    followers.forEach(follower -> follower.onNext(batch(event.build())));
    return sequence;
  }

  long head() {
    return events.isEmpty() ? 0 : events.get(events.size() - 1).getSequence();
  }

  boolean isEnded() {
    return ended;
  }

  List<RealtimeEvent> events() {
    return List.copyOf(events);
  }

  ConversationState state() {
    ConversationState.Builder state =
        ConversationState.newBuilder()
            .setConversationId(id)
            .setSequence(head())
            .setPhase(ended ? ConversationState.Phase.ENDED : ConversationState.Phase.LIVE)
            .setSideband(ConversationState.SidebandPhase.JOINED)
            .setStartedAt(FakeTime.time(0))
            .setModel("gpt-realtime")
            .setVoice("marin")
            .setDialect("openai-realtime")
            .setTransport(TransportKind.WEB_RTC)
            .addAllMilestones(milestones)
            .setUsage(used)
            .addAllTranscript(transcript);
    if (ended) {
      state.setEndedAt(FakeTime.time(events.size() * 10L)).setEndReason(EndReason.REQUESTED);
    }
    return state.build();
  }

  ConversationSummary summary() {
    ConversationSummary.Builder summary =
        ConversationSummary.newBuilder()
            .setConversationId(id)
            .setStartedAt(FakeTime.time(0))
            .setLive(!ended)
            .setLastSequence(head())
            .setModel("gpt-realtime");
    if (ended) {
      summary.setEndedAt(FakeTime.time(4_200)).setEndReason(EndReason.REQUESTED).setUsage(used);
    }
    return summary.build();
  }

  private void milestone(String name, Timing timing, boolean byClient) {
    milestones.add(
        Milestone.newBuilder().setName(name).setTiming(timing).setByClient(byClient).build());
  }

  private static RealtimeEvents batch(RealtimeEvent event) {
    return RealtimeEvents.newBuilder().addEvents(event).build();
  }
}
