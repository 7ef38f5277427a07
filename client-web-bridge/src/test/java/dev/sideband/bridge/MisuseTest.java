package dev.sideband.bridge;

import static dev.sideband.bridge.FakeServer.answering;
import static dev.sideband.bridge.WebClient.CONVERSATION;
import static dev.sideband.bridge.WebClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.bridge.WebClient.Form;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import io.grpc.Status;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What nobody should send, and the bridge outlives. */
final class MisuseTest {
  private static final String LIST = CONVERSATION + "List";
  private static final String SUBSCRIBE = CONVERSATION + "Subscribe";

  private final FakeServer server;
  private final RunningBridge bridge;

  MisuseTest() throws Exception {
    server =
        FakeServer.start()
            .on(LIST, answering(ListResponse.getDefaultInstance()))
            .on(SUBSCRIBE, answering(ListResponse.getDefaultInstance()));
    bridge = RunningBridge.to(server);
  }

  @AfterEach
  void close() throws Exception {
    assertThat(client(Form.BINARY).call(LIST, ListRequest.getDefaultInstance()).status()).isZero();
    bridge.close();
    server.close();
  }

  private WebClient client(Form form) {
    return WebClient.of(bridge, form);
  }

  @ParameterizedTest
  @EnumSource
  void shouldPassWhatTheServerIsToJudge(Form form) throws Exception {
    byte[] twoMegabytes = new byte[2 * 1024 * 1024];
    for (String method : new String[] {LIST, SUBSCRIBE}) {
      assertThat(client(form).call(method, twoMegabytes).status()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseWhatIsFarTooLarge(Form form) throws Exception {
    byte[] fiveMegabytes = new byte[5 * 1024 * 1024];
    for (String method : new String[] {LIST, SUBSCRIBE}) {
      WebAnswer answer = client(form).call(method, fiveMegabytes);
      assertThat(answer.status())
          .as(answer.message())
          .isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseWhatIsNoFrame(Form form) throws Exception {
    byte[] cutShort = frame(0, new byte[100]);
    for (String method : new String[] {LIST, SUBSCRIBE}) {
      for (byte[] body : new byte[][] {new byte[0], {0, 0}, java.util.Arrays.copyOf(cutShort, 9)}) {
        WebAnswer answer = client(form).send(method, form.encoded(body));
        assertThat(answer.status()).isNotZero();
      }
    }
  }

  @Test
  void shouldRefuseWhatIsNotBase64() throws Exception {
    for (String method : new String[] {LIST, SUBSCRIBE}) {
      WebAnswer answer = client(Form.TEXT).send(method, "%%%%".getBytes(StandardCharsets.US_ASCII));
      assertThat(answer.status()).isNotZero();
    }
  }

  @Test
  void shouldRefuseMetadataThatIsNotBase64() throws Exception {
    WebAnswer answer =
        client(Form.BINARY).with("made-up-bin", "%").call(LIST, ListRequest.getDefaultInstance());
    assertThat(answer.status()).isEqualTo(Status.Code.INTERNAL.value());
    assertThat(answer.message()).isEqualTo("the call's headers or body cannot be read");
  }

  /** Twenty at a time. */
  private static void callOften(WebClient client) throws Exception {
    ExecutorService pages = Executors.newFixedThreadPool(20);
    try {
      Callable<List<byte[]>> call = () -> client.call(LIST, new byte[0]).rest();
      int often = FakeServer.CALLS_ON_A_CONNECTION;
      for (Future<List<byte[]>> answer : pages.invokeAll(Collections.nCopies(often, call))) {
        answer.get();
      }
    } finally {
      pages.shutdownNow();
    }
  }

  /** A thousand calls fit on one connection, with some to spare for the server. */
  @Test
  @Timeout(120)
  void shouldLeaveNoPlaceTakenWhenManyCallsBringAHeaderWithoutAName() throws Exception {
    try (Wire wire = Wire.to(server);
        RunningBridge behind = RunningBridge.to(wire.port())) {
      WebClient nameless = WebClient.of(behind, Form.BINARY).with("-bin", "AAAA");
      callOften(nameless);
      WebAnswer named = WebClient.of(behind, Form.BINARY).call(LIST, new byte[0]);
      assertThat(named.status()).isZero();
      assertThat(wire.connections()).isEqualTo(1);
    }
  }

  @Test
  void shouldAnswerOnlyToPosts() throws Exception {
    HttpRequest get = HttpRequest.newBuilder(bridge.uri().resolve("/" + LIST)).build();
    assertThat(HttpClient.newHttpClient().send(get, BodyHandlers.discarding()).statusCode())
        .isEqualTo(405);
  }
}
