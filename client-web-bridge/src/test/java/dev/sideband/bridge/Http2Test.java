package dev.sideband.bridge;

import static dev.sideband.bridge.SlowPages.SOON;
import static dev.sideband.bridge.SlowPages.SUBSCRIBE;
import static dev.sideband.bridge.SlowPages.atRest;
import static dev.sideband.bridge.SlowPages.talkative;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.bridge.WebClient.Form;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of gRPC-Web by HTTP/2 over TLS, many on one connection, as browsers have them. */
@Timeout(120)
final class Http2Test {
  /** Socket buffers of both wires, windows of HTTP/2, and what waits in either program. */
  private static final long MOST_UNDER_WAY = 12L * 1024 * 1024;

  private final TestCertificate certificate;
  private final FakeServer server;
  private final RunningBridge bridge;

  Http2Test(@TempDir Path folder) throws Exception {
    certificate = TestCertificate.ofThisMachine(folder);
    server = FakeServer.start();
    bridge = RunningBridge.of(server.port()).showing(certificate).open();
  }

  @AfterEach
  void close() {
    bridge.close();
    server.close();
  }

  /** A stream that is open: what the server says to it, and whether it was cancelled. */
  private record Opened(ServerCall<byte[], byte[]> call, CompletableFuture<Void> cancelled) {}

  /** Greets each stream, and hands it over in the order in which they come. */
  private BlockingQueue<Opened> opened() {
    BlockingQueue<Opened> opened = new LinkedBlockingQueue<>();
    server.on(
        SUBSCRIBE,
        (call, headers) -> {
          CompletableFuture<Void> cancelled = new CompletableFuture<>();
          call.request(2);
          call.sendHeaders(new Metadata());
          call.sendMessage(new byte[] {1});
          opened.add(new Opened(call, cancelled));
          return new ServerCall.Listener<>() {
            @Override
            public void onCancel() {
              cancelled.complete(null);
            }
          };
        });
    return opened;
  }

  private WebClient browser(Wire wire, Form form) throws Exception {
    HttpClient http = HttpClient.newBuilder().sslContext(certificate.trusting()).build();
    return new WebClient(http, wire.uri("https"), form);
  }

  @ParameterizedTest
  @EnumSource
  void shouldCancelOneStreamAndGoOnWithTheOthersOfItsConnection(Form form) throws Exception {
    BlockingQueue<Opened> opened = opened();
    try (Wire wire = Wire.to(bridge.port())) {
      WebClient browser = browser(wire, form);
      WebAnswer left = browser.call(SUBSCRIBE, new byte[0]);
      try (WebAnswer kept = browser.call(SUBSCRIBE, new byte[0])) {
        assertThat(left.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(left.next()).contains(new byte[] {1});
        assertThat(kept.next()).contains(new byte[] {1});
        Opened first = opened.poll(30, TimeUnit.SECONDS);
        Opened second = opened.poll(30, TimeUnit.SECONDS);
        assertThat(first).isNotNull();
        assertThat(second).isNotNull();

        left.close();
        first.cancelled().get(30, TimeUnit.SECONDS);
        second.call().sendMessage(new byte[] {2});
        assertThat(kept.next()).contains(new byte[] {2});
        assertThat(second.cancelled()).isNotDone();
        assertThat(wire.connections()).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTellTheServerOfEveryStreamWhenTheConnectionIsLost(Form form) throws Exception {
    BlockingQueue<Opened> opened = opened();
    try (Wire wire = Wire.to(bridge.port())) {
      WebClient browser = browser(wire, form);
      try (WebAnswer one = browser.call(SUBSCRIBE, new byte[0]);
          WebAnswer another = browser.call(SUBSCRIBE, new byte[0])) {
        assertThat(one.next()).isPresent();
        assertThat(another.next()).isPresent();
        wire.cut();
        for (int i = 0; i < 2; i++) {
          Opened each = opened.poll(30, TimeUnit.SECONDS);
          assertThat(each).isNotNull();
          each.cancelled().get(30, TimeUnit.SECONDS);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Http2Page.USUAL_WINDOW, Http2Page.WIDE_WINDOW})
  void shouldLetTheServerWaitWhenAPageIsSlow(int window) throws Exception {
    for (Form form : Form.values()) {
      AtomicLong said = new AtomicLong();
      server.on(SUBSCRIBE, talkative(said, 10 * MOST_UNDER_WAY));
      try (Http2Page page = Http2Page.connect(certificate.trusting(), bridge.port(), window)) {
        int stream = page.ask(SUBSCRIBE, form);
        assertThat(atRest(said)).isLessThan(MOST_UNDER_WAY);
        page.read(stream, 2 * MOST_UNDER_WAY);
        assertThat(said.get()).isGreaterThan(MOST_UNDER_WAY);
      }
    }
  }

  @Test
  void shouldLetOneStreamBeReadWhileAnotherOfItsConnectionIsNot() throws Exception {
    AtomicLong said = new AtomicLong();
    server.on(SUBSCRIBE, talkative(said, 10 * MOST_UNDER_WAY));
    try (Http2Page page =
        Http2Page.connect(certificate.trusting(), bridge.port(), Http2Page.USUAL_WINDOW)) {
      page.ask(SUBSCRIBE, Form.BINARY);
      assertThat(atRest(said)).isLessThan(MOST_UNDER_WAY);
      AtomicLong heard = new AtomicLong();
      server.on(SUBSCRIBE, talkative(heard, 10 * MOST_UNDER_WAY));
      int read = page.ask(SUBSCRIBE, Form.BINARY);
      page.read(read, 2 * MOST_UNDER_WAY);
      assertThat(heard.get()).isGreaterThan(2 * MOST_UNDER_WAY);
      assertThat(said.get()).isLessThan(MOST_UNDER_WAY);
    }
  }

  /** Counted where it leaves the server: what waits there, the window, and a message or two. */
  @Test
  void shouldTakeLittleFromTheServerForEachOfManyStreamsOfOneConnection() throws Exception {
    int streams = 100;
    long mostForOne = 256L * 1024;
    AtomicLong said = new AtomicLong();
    server.on(SUBSCRIBE, talkative(said, 10L * streams * mostForOne));
    try (Http2Page page =
        Http2Page.connect(certificate.trusting(), bridge.port(), Http2Page.WIDE_WINDOW)) {
      for (int i = 0; i < streams; i++) {
        page.ask(SUBSCRIBE, i % 2 == 0 ? Form.BINARY : Form.TEXT);
      }
      await().atMost(SOON).until(() -> said.get() > 64L * 1024 * streams);
      assertThat(atRest(said)).isLessThan(streams * mostForOne);
    }
  }
}
