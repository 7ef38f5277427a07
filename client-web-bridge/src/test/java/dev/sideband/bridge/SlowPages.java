package dev.sideband.bridge;

import static org.awaitility.Awaitility.await;

import dev.sideband.bridge.WebClient.Form;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Pages that ask and do not read, and a server that would tell them much. */
final class SlowPages {
  static final String SUBSCRIBE = WebClient.CONVERSATION + "Subscribe";
  static final int MESSAGE_BYTES = 16 * 1024;
  static final Duration SOON = Duration.ofSeconds(60);

  private SlowPages() {}

  /** Says more whenever it can, until so much was said. */
  static FakeServer.Behaviour talkative(AtomicLong said, long most) {
    return (call, headers) -> {
      call.request(2);
      call.sendHeaders(new Metadata());
      return new ServerCall.Listener<>() {
        private boolean isOver;

        @Override
        public void onReady() {
          while (!isOver && call.isReady()) {
            if (said.addAndGet(MESSAGE_BYTES) > most) {
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
  static long atRest(AtomicLong amount) {
    AtomicLong before = new AtomicLong(-1);
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> amount.get() > 0 && before.getAndSet(amount.get()) == amount.get());
    return amount.get();
  }

  /** A page that asks, and does not read. */
  static Socket stalled(RunningBridge bridge, Form form) throws Exception {
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
}
