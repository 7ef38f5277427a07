package dev.sideband.server;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.SESSION_CONFIGURED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sideband.server.provider.loopback.TestCaller;
import dev.sideband.v1.StartResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is closed while calls are live leaves no thread and no peer. */
class NothingLeftTest {
  /**
   * Threads that may outlive a server: JDK 17 cannot close an HttpClient, whose selector ends only
   * when the client is collected; one timer thread is the JDK's own, for all CompletableFutures,
   * and one for all child processes; the others belong to the caller's side of these tests, and to
   * waiting itself.
   */
  private static final String ALLOWED =
      "HttpClient-\\d+-SelectorManager|CompletableFutureDelayScheduler|process reaper"
          + "|grpc-default-.*|grpc-shared-.*|awaitility-.*|ForkJoinPool.commonPool-.*|globalEventExecutor-.*|ObjectCleanerThread|Cleaner-\\d+";

  /**
   * The engines' own threads, which Java does not list. Without {@code rtc-low-prio} and {@code
   * AudioDeviceBuffer}: webrtc-java 0.14.0 leaves these two behind, idle, for each factory that
   * ever made a peer.
   */
  private static final String ENGINE = "(PC|pc|signaling|worker|network|AudioEncoder|Decod).*";

  private final Path folder;

  NothingLeftTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static List<String> leftOver(Set<Thread> before) {
    return LogWatch.alive().stream()
        .filter(thread -> !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> !name.matches(ALLOWED))
        .toList();
  }

  private static List<String> engineThreads() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.map(NothingLeftTest::nameOf).filter(name -> name.matches(ENGINE)).toList();
    }
  }

  private static String nameOf(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException ended) {
      return "";
    }
  }

  @Test
  @Timeout(60)
  void shouldLeaveNoThreadAndNoPeerWhenClosedDuringCalls() {
    Set<Thread> before = new HashSet<>(LogWatch.alive());
    try (TestCaller phone = new TestCaller()) {
      try (RunningServer server = RunningServer.open(folder, "loopback.media=webrtc")) {
        Caller caller = server.caller();
        StartResponse started = caller.start(Requests.offering(phone.offer()));
        phone.connect(started.getSdpAnswer());
        caller.follow(started.getConversationId()).await(SESSION_CONFIGURED);
        caller.start(Requests.webSocket());
        assertThat(leftOver(before)).as("threads of a server").hasSizeGreaterThan(8);
      }
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(leftOver(before)).isEmpty();
              assertThat(engineThreads()).isEmpty();
            });
  }

  @Test
  void shouldLeaveNoThreadWhenItCouldNotOpen() throws IOException {
    Set<Thread> before = new HashSet<>(LogWatch.alive());
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = "grpc.port=" + other.getLocalPort();
      assertThatThrownBy(() -> RunningServer.open(folder, port))
          .isInstanceOf(ConfigException.class);
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(leftOver(before)).isEmpty());
  }
}
