package dev.sideband.server.provider.openai;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;

/**
 * The library's client, with its unbounded queue measured and its own liveness timer off. Its
 * {@code run} is the reader; it starts a writer thread of its own and ends it.
 */
final class SidebandClient extends WebSocketClient {

  /**
   * Hears the socket. Called by the reader, but for {@link #onEnd}, which may come from its writer.
   */
  interface Events {
    void onUpgraded();

    void onText(String text);

    void onBinary();

    /** A frame went into the queue that nobody asked for: a pong. */
    void onUnasked();

    void onEnd(int closeCode, @Nullable String reason, boolean remote);
  }

  private static final int NO_TIMER = 0;
  private static final int CHEAP_TO_COUNT = 16;

  private final Events events;
  private final AtomicInteger upgradeStatus;
  private volatile String failure = "";

  static SidebandClient of(
      URI uri, Map<String, String> headers, SidebandSocket socket, Events events) {
    SidebandClient client = new SidebandClient(uri, headers, new AtomicInteger(), events);
    client.setSocketFactory(socket);
    client.setTcpNoDelay(true);
    client.setDaemon(true);
    client.setConnectionLostTimeout(NO_TIMER);
    return client;
  }

  private SidebandClient(
      URI uri, Map<String, String> headers, AtomicInteger upgradeStatus, Events events) {
    super(uri, new UpgradeDraft(upgradeStatus), headers);
    this.upgradeStatus = upgradeStatus;
    this.events = events;
  }

  /** The HTTP status of the upgrade; 0 if none came. */
  int upgradeStatus() {
    return upgradeStatus.get();
  }

  /** The kind of exception that ended it, if one did: a class name, never a message. */
  String failure() {
    return failure;
  }

  /** Queues a frame; false if the socket is closing. */
  boolean trySend(String text) {
    try {
      send(text);
      return true;
    } catch (WebsocketNotConnectedException e) {
      return false;
    }
  }

  /** Queues a ping, unless the socket is closing. */
  void tryPing() {
    try {
      sendPing();
    } catch (WebsocketNotConnectedException e) {
      // Then it is about to end anyway, and says so.
    }
  }

  /** Frames that the socket has not taken. */
  int unsentFrames() {
    return engine().outQueue.size();
  }

  /** Their bytes; 0 while there are few. */
  long unsentBytes() {
    if (unsentFrames() <= CHEAP_TO_COUNT) {
      return 0;
    }
    long bytes = 0;
    for (ByteBuffer frame : engine().outQueue) {
      bytes += frame.remaining();
    }
    return bytes;
  }

  private WebSocketImpl engine() {
    return (WebSocketImpl) getConnection();
  }

  @Override
  public void onOpen(ServerHandshake handshake) {
    events.onUpgraded();
  }

  @Override
  public void onMessage(String message) {
    events.onText(message);
  }

  @Override
  public void onMessage(ByteBuffer bytes) {
    events.onBinary();
  }

  @Override
  public void onWebsocketPing(WebSocket socket, Framedata frame) {
    super.onWebsocketPing(socket, frame);
    events.onUnasked();
  }

  @Override
  public void onClose(int code, @Nullable String reason, boolean remote) {
    events.onEnd(code, reason, remote);
  }

  @Override
  public void onError(Exception exception) {
    failure = exception.getClass().getSimpleName();
  }
}
