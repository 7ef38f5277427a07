package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.FakeEventLog;
import dev.sideband.server.provider.FakeCreate;
import dev.sideband.server.provider.FakeProvider;
import dev.sideband.v1.ClientMilestone;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.HandoffOptions;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import dev.sideband.v1.SendResponse;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.StopResponse;
import dev.sideband.v1.TextInput;
import dev.sideband.v1.Transport;
import dev.sideband.v1.WebRtc;
import dev.sideband.v1.WebSocket;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Conversations on the test's own thread, over a log and a provider in memory and a clock that only
 * {@link #advance} moves. Nothing happens between two calls of {@link #settle}; every command
 * settles.
 */
final class SessionWorld {
  static final Principal ALICE = new Principal("alice", Set.of());
  static final Principal BOB = new Principal("bob", Set.of());
  static final Principal WATCHER = new Principal("watcher", Set.of(Principal.Role.OBSERVER));
  static final String OFFER = "v=0\r\n";
  static final Duration HANG_UP_TIMEOUT = Duration.ofSeconds(10);
  static final Duration REJOIN_WINDOW = Duration.ofSeconds(60);
  static final int MAX_PENDING = 4;

  final FakeProvider provider = new FakeProvider();
  FakeEventLog log = new FakeEventLog();
  CoordinatedConversations conversations;
  private final OpenTelemetry telemetry;
  private final Random random;
  private boolean probes;
  private Prices prices = Prices.NONE;
  final FakeReader reader = new FakeReader();
  private long nanos = 1_000_000_000L;

  SessionWorld() {
    this(OpenTelemetry.noop(), 1);
  }

  SessionWorld(OpenTelemetry telemetry, long seed) {
    this.telemetry = telemetry;
    this.random = new Random(seed);
    this.conversations = new CoordinatedConversations(services());
  }

  /** Its servers look for what was missed in a gap; otherwise none does. */
  SessionWorld probing() {
    probes = true;
    return reconfigured();
  }

  /** Its servers know what models are billed at. */
  SessionWorld pricing(Prices known) {
    prices = known;
    return reconfigured();
  }

  private SessionWorld reconfigured() {
    conversations = new CoordinatedConversations(services());
    return this;
  }

  private SessionServices services() {
    return new SessionServices(
        log,
        provider,
        WorldConfig.of(probes, prices),
        () -> Instant.ofEpochSecond(1_800_000_000L).plusNanos(nanos),
        () -> nanos,
        random,
        SessionTelemetry.of(telemetry),
        reader,
        task -> {
          throw new AssertionError("a test starts no coordinator thread");
        });
  }

  /** The server process dies, and starts again after a while. */
  void die(Duration downtime) {
    nanos += downtime.toNanos();
    restart();
  }

  /** The server process dies and starts again on the same log and provider. */
  void restart() {
    reader.crash();
    log = log.reopen(event -> {});
    conversations = new CoordinatedConversations(services());
    conversations.takeUpLive();
    settle();
  }

  /** The server exits. */
  void exit() {
    CompletableFuture<Void> exit = CompletableFuture.runAsync(conversations::exit);
    while (!exit.isDone()) {
      conversations.turn();
    }
  }

  /** Does all that there is to do. */
  SessionWorld settle() {
    while (conversations.turn()) {
      // Until nothing is left.
    }
    return this;
  }

  /** Moves the clock, and does what is due. */
  SessionWorld advance(Duration time) {
    settle();
    nanos += time.toNanos();
    return settle();
  }

  // ---- starting ----

  static StartRequest webRtc() {
    return webRtc(SessionOptions.getDefaultInstance());
  }

  static StartRequest webRtc(SessionOptions options) {
    return StartRequest.newBuilder()
        .setTransport(Transport.newBuilder().setWebRtc(WebRtc.newBuilder().setSdpOffer(OFFER)))
        .setSession(options)
        .build();
  }

  static StartRequest webSocket() {
    return StartRequest.newBuilder()
        .setTransport(Transport.newBuilder().setWebSocket(WebSocket.getDefaultInstance()))
        .build();
  }

  static SessionOptions withHandoffs() {
    return SessionOptions.newBuilder()
        .setHandoff(HandoffOptions.newBuilder().setEnabled(true))
        .build();
  }

  /** A Start, and its caller. */
  record Starting(
      Conversations.PendingAnswer<StartResponse> pending,
      CompletableFuture<StartResponse> answer) {}

  Starting start(StartRequest request) {
    return start(ALICE, request);
  }

  Starting start(Principal principal, StartRequest request) {
    Conversations.PendingAnswer<StartResponse> pending =
        conversations.start(principal, request, Context.root());
    Starting starting = new Starting(pending, pending.answer().toCompletableFuture());
    settle();
    return starting;
  }

  /** The provider creates the call. */
  FakeCreate created() {
    FakeCreate create = provider.nextCreate();
    create.succeed("rtc_1");
    settle();
    return create;
  }

  /** A conversation whose call exists, and whose sideband is being joined. */
  Live calling() {
    return calling(webRtc());
  }

  Live calling(StartRequest request) {
    Starting starting = start(request);
    created();
    return new Live(this, idOf(starting), provider.nextSideband());
  }

  /** A conversation whose sideband is open. */
  Live joined() {
    return joined(webRtc());
  }

  Live joined(StartRequest request) {
    Live live = calling(request);
    live.sideband().open();
    settle();
    return live;
  }

  /** A conversation whose session is confirmed. */
  Live live() {
    return live(webRtc());
  }

  Live live(StartRequest request) {
    Live live = joined(request);
    live.hears(
        "session.updated",
        RealtimeEvent.newBuilder().setSessionConfigured(SessionConfigured.getDefaultInstance()));
    return live;
  }

  static ConversationId idOf(Starting starting) {
    return ConversationId.parse(get(starting.answer()).getConversationId());
  }

  // ---- commands ----

  CompletableFuture<SendResponse> send(ConversationId id, Input input) {
    return send(ALICE, id, "", input);
  }

  CompletableFuture<SendResponse> send(
      Principal principal, ConversationId id, String requestId, Input input) {
    return settled(conversations.send(principal, id, requestId, input));
  }

  CompletableFuture<StopResponse> stop(ConversationId id) {
    return settled(conversations.stop(ALICE, id));
  }

  ConversationState state(ConversationId id) {
    return get(settled(conversations.get(ALICE, id)));
  }

  <T> CompletableFuture<T> settled(CompletionStage<T> stage) {
    settle();
    return stage.toCompletableFuture();
  }

  static Input text(String text) {
    return Input.newBuilder().setText(TextInput.newBuilder().setText(text)).build();
  }

  static Input milestone(String name) {
    return Input.newBuilder()
        .setClientMilestone(ClientMilestone.newBuilder().setName(name))
        .build();
  }

  // ---- what can be seen ----

  List<RealtimeEvent> events(ConversationId id) {
    return log.events(id);
  }

  List<PayloadCase> story(ConversationId id) {
    return events(id).stream().map(RealtimeEvent::getPayloadCase).toList();
  }

  RealtimeEvent last(ConversationId id) {
    List<RealtimeEvent> events = events(id);
    return events.get(events.size() - 1);
  }

  RealtimeEvent only(ConversationId id, PayloadCase payload) {
    List<RealtimeEvent> found =
        events(id).stream().filter(event -> event.getPayloadCase() == payload).toList();
    assertThat(found).as("events %s", payload).hasSize(1);
    return found.get(0);
  }

  static <T> T get(CompletableFuture<T> future) {
    assertThat(future).isCompleted();
    return future.join();
  }

  static ErrorCode refusal(CompletableFuture<?> future) {
    return failure(future).code();
  }

  static SessionException failure(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    try {
      future.join();
      throw new AssertionError("completed with a value");
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(SessionException.class);
      return (SessionException) Objects.requireNonNull(e.getCause());
    }
  }
}
