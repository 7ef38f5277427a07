package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;

/** A plain WebSocket client that keeps every event it hears until a test asks for it. */
final class TestSocket extends WebSocketClient {
  private static final long PATIENCE_SECONDS = 25;

  /** How a socket ended: the close code, or the refusal's text. */
  record Closed(int code, String reason) {}

  private final CountDownLatch open = new CountDownLatch(1);
  private final BlockingQueue<ObjectNode> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> oddities = new LinkedBlockingQueue<>();
  private final CompletableFuture<Closed> closed = new CompletableFuture<>();

  TestSocket(URI uri, String key) {
    super(uri, key.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + key));
  }

  /** A session of its own with the loopback of this base URI; begins to connect. */
  static TestSocket session(String baseUri) {
    String base = baseUri.replaceFirst("^http", "ws");
    TestSocket socket =
        new TestSocket(URI.create(base + "/realtime?model=gpt-realtime"), LoopbackFixture.KEY);
    socket.connect();
    return socket;
  }

  void awaitOpen() throws InterruptedException {
    assertThat(open.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("open").isTrue();
  }

  Closed awaitClosed() {
    return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** A message that was no event. */
  String nextOddity() throws InterruptedException {
    String oddity = oddities.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(oddity).isNotNull();
    return oddity;
  }

  ObjectNode next() throws InterruptedException {
    ObjectNode event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(event).as("an event within %d s", PATIENCE_SECONDS).isNotNull();
    return event;
  }

  /** The next event, which must be of this type. */
  ObjectNode expect(String type) throws InterruptedException {
    ObjectNode event = next();
    assertThat(event.path("type").asText()).as(event.toString()).isEqualTo(type);
    return event;
  }

  /** The events up to the next of this type, which is the last of them. */
  List<ObjectNode> until(String type) throws InterruptedException {
    List<ObjectNode> heard = new ArrayList<>();
    do {
      heard.add(next());
    } while (!heard.get(heard.size() - 1).path("type").asText().equals(type));
    return heard;
  }

  /** The next event of this type, whatever comes before it. */
  ObjectNode await(String type) throws InterruptedException {
    List<ObjectNode> heard = until(type);
    return heard.get(heard.size() - 1);
  }

  /** The error that a command is answered with. */
  ObjectNode awaitError() throws InterruptedException {
    return (ObjectNode) await("error").path("error");
  }

  /** How many events wait to be asked for. */
  int waiting() {
    return events.size();
  }

  void say(String json) {
    send(json.replace('\'', '"'));
  }

  /** Adds a user's text. */
  void text(String id, String text) {
    ObjectNode item = Json.object().put("type", "message").put("role", "user").put("id", id);
    item.putArray("content").addObject().put("type", "input_text").put("text", text);
    ObjectNode event = Json.object().put("type", "conversation.item.create");
    event.put("event_id", "ev-" + id).set("item", item);
    send(event.toString());
  }

  @Override
  public void onOpen(ServerHandshake handshake) {
    open.countDown();
  }

  @Override
  public void onMessage(String message) {
    Json.readObject(message).ifPresentOrElse(events::add, () -> oddities.add(message));
  }

  @Override
  public void onMessage(ByteBuffer bytes) {
    oddities.add("binary:" + bytes.remaining());
  }

  @Override
  public void onClose(int code, String reason, boolean remote) {
    closed.complete(new Closed(code, reason));
  }

  @Override
  public void onError(Exception failure) {
    // onClose follows, and says what a test needs to know.
  }
}
