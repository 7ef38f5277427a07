package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onvoid.webrtc.RTCDataChannel;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call, or one primary WebSocket session, from its creation to its end: its session, its media,
 * and everyone who is connected to it.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class LoopbackCall implements LoopbackPeer.Listener, ChannelSink.Listener {
  private static final int NORMAL = 1000;
  private static final int GOING_AWAY = 1001;

  /** Why it is over. */
  enum End {
    HUNG_UP("hung_up", NORMAL, ""),
    MEDIA_LOST("media_lost", NORMAL, ""),
    NO_MEDIA("no_media", NORMAL, ""),
    NOT_CREATED("not_created", NORMAL, ""),
    CLIENT_LEFT("client_left", NORMAL, ""),
    EXPIRED("expired", GOING_AWAY, ""),
    SERVER_CLOSED("server_closed", GOING_AWAY, "The server is going away.");

    private final String word;
    private final int closeCode;
    private final String closeReason;

    End(String word, int closeCode, String closeReason) {
      this.word = word;
      this.closeCode = closeCode;
      this.closeReason = closeReason;
    }
  }

  private final SessionContext context;
  private final String id;
  private final String transport;
  private final CallTable table;
  private final LoopbackSession session;
  private final InputLog inputs = new InputLog();
  private final ClientEvents clientEvents;
  private final List<ChannelSink> channels = new ArrayList<>();
  private final List<OwnerLoop.Timer> timers = new ArrayList<>();
  private @Nullable LoopbackPeer peer;
  private @Nullable End end;
  private int sidebands;
  private long joins;
  private long frames;
  private boolean mediaConnected;

  private LoopbackCall(
      SessionContext context,
      String id,
      CallTable table,
      @Nullable MediaEngine engine,
      boolean primary) {
    this.context = context;
    this.id = id;
    this.table = table;
    this.transport = primary ? "websocket" : engine == null ? "none" : "webrtc";
    AssistantVoice voice;
    if (engine == null) {
      voice = AssistantVoice.silent(context.loop());
    } else {
      peer = new LoopbackPeer(context.loop(), engine, context.config().delays().echo(), this);
      voice = peer.voice();
    }
    this.session = new LoopbackSession(context, voice, primary);
    this.clientEvents =
        new ClientEvents(
            session,
            inputs,
            (event, refusal) -> context.witness().add(id, event, refusal),
            this::expire);
    Duration limit = context.config().limits().session();
    timers.add(context.loop().after(limit, this::expire));
  }

  /** A call with a peer, or with none if there is no engine. */
  static LoopbackCall call(SessionContext context, CallTable table, @Nullable MediaEngine engine) {
    return new LoopbackCall(context, context.loop().ids().nextCall(), table, engine, false);
  }

  /** A session that lives with its WebSocket. */
  static LoopbackCall primary(SessionContext context, CallTable table) {
    return new LoopbackCall(context, context.loop().ids().next("sess"), table, null, true);
  }

  /** Negotiates; a call that cannot be is over. */
  Future<String> answer(String offer) {
    Future<String> answer =
        peer == null
            ? new SdpAnswerWriter(context.loop().ids())
                .answer(offer)
                .map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture("no Opus and no data channel is offered"))
            : peer.answer(offer);
    return answer.onSuccess(ignored -> awaitMedia()).onFailure(ignored -> end(End.NOT_CREATED));
  }

  private void awaitMedia() {
    if (peer != null) {
      Duration limit = context.config().limits().media();
      timers.add(
          context
              .loop()
              .after(
                  limit,
                  () -> {
                    if (!mediaConnected) {
                      end(End.NO_MEDIA);
                    }
                  }));
    }
  }

  /** Connects a WebSocket, a sideband or the primary one, and tells when it is closed. */
  void join(SocketSink sink, Runnable closed) {
    assert context.loop().isCurrent();
    sidebands++;
    joins++;
    session.audience().add(sink);
    sink.socket()
        .textMessageHandler(text -> receive(text, sink))
        .binaryMessageHandler(
            ignored ->
                session
                    .audience()
                    .refuse(
                        sink, new Refusal("invalid_json", "Binary frames are not events.", ""), ""))
        .closeHandler(
            ignored -> {
              closed.run();
              left(sink);
            });
    if (session.isPrimary() && session.script().isOver()) {
      session.greet(sink);
    }
    session.script().joined();
  }

  private void receive(String text, EventSink from) {
    if (end == null) {
      clientEvents.handle(text, from);
    }
  }

  private void left(SocketSink sink) {
    sidebands--;
    session.audience().remove(sink);
    if (sidebands == 0) {
      session.script().left();
    }
    if (session.isPrimary()) {
      end(End.CLIENT_LEFT);
    }
  }

  private void expire() {
    if (end == null) {
      String message = expiredMessage();
      session.audience().tellError(new Refusal("session_expired", message, ""));
      end(End.EXPIRED);
    }
  }

  private String expiredMessage() {
    Duration limit = context.config().limits().session();
    String length =
        limit.toMinutes() > 0 ? limit.toMinutes() + " minutes" : limit.toMillis() + " ms";
    return "Your session hit the maximum duration of " + length + ".";
  }

  /** Ends it: closes connections and the peer. Safe to repeat; the first reason counts. */
  void end(End reason) {
    assert context.loop().isCurrent();
    if (end != null) {
      return;
    }
    end = reason;
    timers.forEach(OwnerLoop.Timer::cancel);
    session.close();
    String text = reason == End.EXPIRED ? expiredMessage() : reason.closeReason;
    session.audience().closeAll(reason.closeCode, text);
    channels.forEach(ChannelSink::dispose);
    if (peer != null) {
      peer.close();
    }
    table.ended(this, reason == End.HUNG_UP);
  }

  @Override
  public void onConnected() {
    mediaConnected = true;
  }

  @Override
  public void onLost() {
    end(End.MEDIA_LOST);
  }

  @Override
  public boolean mayEcho() {
    return session.script().isOver();
  }

  @Override
  public void onFrame(short[] mono) {
    frames++;
    session.turns().hear(mono);
  }

  @Override
  public void onChannel(RTCDataChannel channel) {
    ChannelSink sink = new ChannelSink(context.loop(), channel, this);
    channels.add(sink);
    sink.start();
  }

  @Override
  public void onOpen(ChannelSink sink) {
    session.audience().add(sink);
    session.greet(sink);
  }

  @Override
  public void onMessage(ChannelSink sink, String text) {
    receive(text, sink);
  }

  @Override
  public void onClosed(ChannelSink sink) {
    session.audience().remove(sink);
  }

  /** Lays the session object of its creation over the defaults. */
  Optional<Refusal> configure(JsonNode given) {
    return session.settings().update(given, false);
  }

  String id() {
    return id;
  }

  CallReport report() {
    return new CallReport(
        id,
        transport,
        end == null ? "live" : end.word,
        sidebands,
        joins,
        mediaConnected,
        frames,
        inputs.audioAppends(),
        inputs.events());
  }
}
