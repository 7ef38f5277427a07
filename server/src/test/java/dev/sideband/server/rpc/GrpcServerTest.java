package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Serving.LOCAL;
import static dev.sideband.server.rpc.Serving.TALK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.ExpectWarning;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server itself: health, TLS, starting and closing. */
class GrpcServerTest {
  private static final String PASSWORD = "changeit";

  private static ServingStatus health(Serving serving, String service) {
    return HealthGrpc.newBlockingStub(serving.channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  @Test
  void shouldSayWhetherItServes() {
    try (Serving serving = Serving.everybodyAs(LOCAL)) {
      assertThat(health(serving, "")).isEqualTo(ServingStatus.SERVING);
      assertThat(health(serving, "sideband.v1.Conversation")).isEqualTo(ServingStatus.SERVING);
      serving.server.setServing(false);
      assertThat(health(serving, "")).isEqualTo(ServingStatus.NOT_SERVING);
      serving.server.setServing(true);
      serving.server.goAway();
      serving.server.setServing(true);
      assertThat(health(serving, "sideband.v1.Conversation")).isEqualTo(ServingStatus.NOT_SERVING);
    }
  }

  @Test
  void shouldEndStreamsAndItsThreadsWhenClosed() {
    Serving serving = Serving.everybodyAs(LOCAL);
    serving.happens(3);
    Recorder<SubscribeRequest> following = Recorder.reading();
    serving
        .async()
        .subscribe(
            SubscribeRequest.newBuilder()
                .setConversationId(TALK.toString())
                .setFollow(true)
                .build(),
            following);
    following.live();
    serving.server.close();
    assertThat(following.refused().code()).isEqualTo(ErrorCode.SERVER_GOING_AWAY);
    assertThat(following.notices()).anyMatch(n -> n.getGoingAway().getResumeAfter() == 3);
    awaitNoEventLoops();
    serving.close();
  }

  @Test
  @ExpectWarning("Calls did not end")
  void shouldCutCallsThatDoNotEndWhenClosed() {
    GrpcConfig plain = GrpcConfig.plaintext(Serving.loopback());
    GrpcConfig hasty =
        new GrpcConfig(
            plain.listen(), plain.tls(), false, plain.connections(), Duration.ofMillis(50));
    Serving serving = Serving.with(hasty, new Access.Open(LOCAL));
    var answer = ConversationGrpc.newFutureStub(serving.channel).start(Requests.start());
    Awaitility.await().until(() -> !serving.conversations.starts.isEmpty());
    serving.server.close();
    assertThat(answer).failsWithin(Duration.ofSeconds(10));
    assertThat(serving.conversations.starts.get(0).abandoned())
        .containsExactly(ErrorCode.START_CANCELLED);
    awaitNoEventLoops();
    serving.close();
  }

  /** A loop says that it has ended in its thread's last breath, not after it. */
  private static void awaitNoEventLoops() {
    Awaitility.await().until(() -> eventLoops() == 0);
  }

  private static long eventLoops() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("grpc-\\d+-\\d+"))
        .filter(Thread::isAlive)
        .count();
  }

  @Test
  void shouldSayThatTheAddressIsTaken() {
    try (Serving serving = Serving.everybodyAs(LOCAL)) {
      GrpcConfig taken =
          GrpcConfig.plaintext(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), serving.server.port()));
      assertThatThrownBy(() -> Serving.with(taken, new Access.Open(LOCAL)))
          .hasRootCauseInstanceOf(java.net.BindException.class);
    }
  }

  @Test
  void shouldSpeakTlsWithItsCertificate(@TempDir Path folder) throws Exception {
    GrpcConfig.Tls tls = certificate(folder);
    GrpcConfig plain = GrpcConfig.plaintext(Serving.loopback());
    GrpcConfig secure =
        new GrpcConfig(plain.listen(), Optional.of(tls), false, plain.connections(), plain.drain());
    try (Serving serving = Serving.with(secure, new Access.Open(LOCAL))) {
      ManagedChannel trusting =
          NettyChannelBuilder.forAddress("localhost", serving.server.port())
              .sslContext(
                  GrpcSslContexts.forClient().trustManager(tls.certificates().toFile()).build())
              .build();
      assertThat(
              ConversationGrpc.newBlockingStub(trusting)
                  .list(ListRequest.getDefaultInstance())
                  .getNextPageToken())
          .isEqualTo("local");
      trusting.shutdownNow();
      assertThatThrownBy(() -> serving.call().list(ListRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("UNAVAILABLE");
    }
  }

  private static GrpcConfig.Tls certificate(Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream stored = Files.newInputStream(store)) {
      keys.load(stored, PASSWORD.toCharArray());
    }
    return new GrpcConfig.Tls(
        pem(folder.resolve("cert.pem"), "CERTIFICATE", keys.getCertificate("server").getEncoded()),
        pem(
            folder.resolve("key.pem"),
            "PRIVATE KEY",
            keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
  }

  private static Path pem(Path file, String what, byte[] der) throws IOException {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, body, what));
  }
}
