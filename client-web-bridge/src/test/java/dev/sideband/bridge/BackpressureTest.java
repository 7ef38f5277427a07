package dev.sideband.bridge;

import static dev.sideband.bridge.SlowPages.MESSAGE_BYTES;
import static dev.sideband.bridge.SlowPages.SUBSCRIBE;
import static dev.sideband.bridge.SlowPages.atRest;
import static dev.sideband.bridge.SlowPages.stalled;
import static dev.sideband.bridge.SlowPages.talkative;
import static dev.sideband.bridge.WebClient.CONVERSATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.bridge.WebClient.Form;
import dev.sideband.v1.ConversationGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever is slow makes the other side wait; nothing piles up in between. */
final class BackpressureTest {
  /** Socket buffers of both wires, windows of HTTP/2, and what waits in either program. */
  private static final long MOST_UNDER_WAY = 12L * 1024 * 1024;

  private static final long FAR_MORE = 10 * MOST_UNDER_WAY;

  private final FakeServer server;
  private final RunningBridge bridge;

  BackpressureTest() throws Exception {
    server = FakeServer.start();
    bridge = RunningBridge.to(server);
  }

  @AfterEach
  void close() {
    bridge.close();
    server.close();
  }

  @Test
  void shouldLetTheServerWaitWhenAPageIsSlow() throws Exception {
    for (Form form : Form.values()) {
      AtomicLong said = new AtomicLong();
      server.on(SUBSCRIBE, talkative(said, FAR_MORE));
      try (Socket page = stalled(bridge, form)) {
        assertThat(atRest(said)).isLessThan(MOST_UNDER_WAY);
        page.getInputStream().skipNBytes(2 * MOST_UNDER_WAY);
        assertThat(said.get()).isGreaterThan(MOST_UNDER_WAY);
      }
    }
  }

  @Test
  void shouldLetACallerWaitWhenTheServerIsSlow() throws Exception {
    server.on(CONVERSATION + "Converse", (call, headers) -> new ServerCall.Listener<>() {});
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", bridge.port(), InsecureChannelCredentials.create())
            .directExecutor()
            .build();
    AtomicLong said = new AtomicLong();
    MethodDescriptor<byte[], byte[]> converse =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(ConversationGrpc.getConverseMethod().getFullMethodName())
            .build();
    ClientCall<byte[], byte[]> call = channel.newCall(converse, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onReady() {
            while (call.isReady() && said.addAndGet(MESSAGE_BYTES) < FAR_MORE) {
              call.sendMessage(new byte[MESSAGE_BYTES]);
            }
          }
        },
        new Metadata());
    assertThat(atRest(said)).isLessThan(MOST_UNDER_WAY);
    channel.shutdownNow();
  }
}
