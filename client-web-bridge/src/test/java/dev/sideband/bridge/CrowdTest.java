package dev.sideband.bridge;

import static dev.sideband.bridge.FakeServer.answering;
import static dev.sideband.bridge.SlowPages.SOON;
import static dev.sideband.bridge.SlowPages.SUBSCRIBE;
import static dev.sideband.bridge.SlowPages.atRest;
import static dev.sideband.bridge.SlowPages.stalled;
import static dev.sideband.bridge.SlowPages.talkative;
import static dev.sideband.bridge.WebClient.CONVERSATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.bridge.WebClient.Form;
import dev.sideband.bridge.proxy.Cost;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.netty.util.internal.PlatformDependent;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many at a time: what all of them together may cost, and who is told that there is no room. */
@Timeout(120)
final class CrowdTest {
  private static final String LIST = CONVERSATION + "List";
  private static final int KIB = 1024;

  private final FakeServer server;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  CrowdTest() throws Exception {
    server = FakeServer.start().on(LIST, answering(ListResponse.getDefaultInstance()));
    open.push(server);
  }

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private RunningBridge bridge(int calls) {
    RunningBridge bridge = RunningBridge.of(server.port()).holding(calls).open();
    open.push(bridge);
    return bridge;
  }

  private static WebAnswer list(RunningBridge bridge) throws Exception {
    return WebClient.of(bridge, Form.BINARY).call(LIST, ListRequest.getDefaultInstance());
  }

  private static HttpResponse<String> get(RunningBridge bridge, String path) throws Exception {
    URI file = bridge.uri().resolve(path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(file).build(), BodyHandlers.ofString());
  }

  /**
   * Counted where it leaves the server. For each page: the window, a message on its way out and one
   * that is being read, the browser's socket at both ends, which the kernel doubles, and what waits
   * in the fake server.
   */
  @Test
  void shouldTakeLittleFromTheServerForEachOfManySlowPages() throws Exception {
    int pages = 300;
    long mostForOne = (64 + 16 + 16 + 2 * 64 + 2 * 16 + 48) * KIB;
    RunningBridge bridge = bridge(pages + 1);
    AtomicLong said = new AtomicLong();
    server.on(SUBSCRIBE, talkative(said, 4L * pages * mostForOne));
    for (int i = 0; i < pages; i++) {
      open.push(stalled(bridge, i % 2 == 0 ? Form.BINARY : Form.TEXT));
    }
    await().atMost(SOON).until(() -> said.get() > 64L * KIB * pages);
    assertThat(atRest(said)).isLessThan(pages * mostForOne);

    server.on(SUBSCRIBE, talkative(new AtomicLong(), Long.MAX_VALUE));
    try (WebAnswer answer = WebClient.of(bridge, Form.BINARY).call(SUBSCRIBE, new byte[0])) {
      for (int i = 0; i < 1000; i++) {
        assertThat(answer.next()).isPresent();
      }
    }
    Socket last = (Socket) open.peek();
    last.getInputStream().skipNBytes(2 * mostForOne);
  }

  @Test
  void shouldSayThatThereIsNoRoomAndServeAgainWhenThereIs() throws Exception {
    RunningBridge bridge = bridge(2);
    server.serving(ServingStatus.SERVING);
    server.on(SUBSCRIBE, FakeServer.lasting(new CompletableFuture<>(), new byte[] {10, 0}));
    for (int i = 0; i < 2; i++) {
      WebAnswer lasting = WebClient.of(bridge, Form.BINARY).call(SUBSCRIBE, new byte[0]);
      assertThat(lasting.next()).isPresent();
      open.push(lasting);
    }
    WebAnswer refused = list(bridge);
    assertThat(refused.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
    assertThat(refused.message())
        .isEqualTo("this bridge holds as many calls as it has room for, 2; call again later");
    HttpResponse<String> page = get(bridge, "/");
    assertThat(page.statusCode()).isEqualTo(503);
    assertThat(page.body()).isEqualTo(refused.message() + "\n");
    assertThat(get(bridge, "/healthz").body()).isEqualTo("ok\n");

    open.pop().close();
    await().atMost(SOON).until(() -> list(bridge).status() == 0);
    for (int i = 0; i < 10; i++) {
      assertThat(list(bridge).status()).isZero();
      assertThat(get(bridge, "/").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldHaveRoomForAsManyCallsAsItsMemoryHolds() {
    long mib = 1024L * KIB;
    long heap = 370 * mib; // What is told of -Xmx384m.
    assertThat(Cost.callsIn(576 * mib, heap)).isEqualTo(2048);
    assertThat(Cost.callsIn(2048 * mib, 8192 * mib)).isEqualTo(7936);
    assertThat(Cost.callsIn(2048 * mib, heap)).isEqualTo(2212);
    assertThat(Cost.callsIn(1600 * mib, 801 * mib)).isGreaterThan(6000);
    assertThat(Cost.callsIn(0, heap)).isEqualTo(16);
    assertThat(Cost.callsIn(576 * mib, 0)).isEqualTo(16);
    assertThat(DirectMemory.mostBytes()).isEqualTo(PlatformDependent.maxDirectMemory());
  }
}
