package dev.sideband.bridge;

import static dev.sideband.bridge.WebClient.CONVERSATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever is slow makes the other side wait; nothing piles up in between. */
final class BackpressureTest {
  private static final String SUBSCRIBE = CONVERSATION + "Subscribe";
  private static final int MESSAGE_BYTES = 16 * 1024;

  /** Socket buffers of both wires, windows of HTTP/2, and what waits in either program. */
  private static final long MOST_UNDER_WAY = 12L * 1024 * 1024;

  private static final long FAR_MORE = 10 * MOST_UNDER_WAY;

  private static final Duration SOON = Duration.ofSeconds(30);

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

  /** Says more whenever it can, until it has said far more than anybody may hold. */
  private static FakeServer.Behaviour talkative(AtomicLong said) {
    return (call, headers) -> {
      call.request(2);
      call.sendHeaders(new Metadata());
      return new ServerCall.Listener<>() {
        private boolean isOver;

        @Override
        public void onReady() {
          while (!isOver && call.isReady()) {
            if (said.addAndGet(MESSAGE_BYTES) > FAR_MORE) {
              isOver = true;
              call.close(Status.OK, new Metadata());
              return;
            }
            call.sendMessage(new byte[MESSAGE_BYTES]);
          }
        }
      };
    };
  }

  /** How much was said when nothing more is. */
  private static long atRest(AtomicLong amount) {
    AtomicLong before = new AtomicLong(-1);
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> amount.get() > 0 && before.getAndSet(amount.get()) == amount.get());
    return amount.get();
  }

  /** A page that asks, and does not read. */
  private Socket stalledPage(Form form) throws Exception {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(MESSAGE_BYTES);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port()));
    byte[] body = form.encoded(WebClient.frame(0, new byte[0]));
    String head =
        """
        POST /%s HTTP/1.1\r
        host: 127.0.0.1:%d\r
        content-type: %s\r
        content-length: %d\r
        \r
        """
            .formatted(SUBSCRIBE, bridge.port(), form.contentType, body.length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(body);
    return socket;
  }

  @Test
  void shouldLetTheServerWaitWhenAPageIsSlow() throws Exception {
    for (Form form : Form.values()) {
      AtomicLong said = new AtomicLong();
      server.on(SUBSCRIBE, talkative(said));
      try (Socket page = stalledPage(form)) {
        System.err.println("REST " + atRest(said));
        assertThat(atRest(said)).isLessThan(MOST_UNDER_WAY);
        page.getInputStream().skipNBytes(2 * MOST_UNDER_WAY);
        assertThat(said.get()).isGreaterThan(MOST_UNDER_WAY);
      }
    }
  }

  @Test
  void shouldServeOthersWhenManyAreSlow() throws Exception {
    List<Socket> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        AtomicLong said = new AtomicLong();
        server.on(SUBSCRIBE, talkative(said));
        stalled.add(stalledPage(Form.BINARY));
        await().atMost(SOON).until(() -> said.get() > 0);
      }
      server.on(SUBSCRIBE, talkative(new AtomicLong()));
      try (WebAnswer answer = WebClient.of(bridge, Form.BINARY).call(SUBSCRIBE, new byte[0])) {
        for (int i = 0; i < 1000; i++) {
          assertThat(answer.next()).isPresent();
        }
      }
    } finally {
      for (Socket socket : stalled) {
        socket.close();
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
    System.err.println("RESTUP " + atRest(said));
    assertThat(atRest(said)).isLessThan(MOST_UNDER_WAY);
    channel.shutdownNow();
  }
}
