package dev.sideband.bridge;

import static dev.sideband.bridge.WebClient.CONVERSATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.bridge.WebClient.Form;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.stub.ClientCalls;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams on which nothing is said for long: a conversation may be silent, and goes on. */
@Timeout(120)
final class SilenceTest {
  /**
   * Longer than Armeria gives requests (10 s) and silent connections (15 s) unless it is told
   * otherwise.
   */
  private static final long SILENT_SECONDS = 17;

  private static final String SUBSCRIBE = CONVERSATION + "Subscribe";
  private static final byte[] GREETING = {1};
  private static final byte[] LATER = {2};

  private final BlockingQueue<ServerCall<byte[], byte[]>> opened = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private final FakeServer server;
  private final RunningBridge bridge;
  private final ManagedChannel channel;

  SilenceTest() throws Exception {
    server = FakeServer.start().on(SUBSCRIBE, this::greet);
    bridge = RunningBridge.to(server);
    channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", bridge.port(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    bridge.close();
    server.close();
  }

  private ServerCall.Listener<byte[]> greet(ServerCall<byte[], byte[]> call, Metadata headers) {
    call.request(2);
    call.sendHeaders(new Metadata());
    call.sendMessage(GREETING);
    opened.add(call);
    return new ServerCall.Listener<>() {
      @Override
      public void onCancel() {
        cancelled.complete(null);
      }
    };
  }

  /** A stream of plain gRPC, which is HTTP/2. */
  private Iterator<byte[]> grpc() {
    MethodDescriptor<byte[], byte[]> subscribe =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
            .setFullMethodName(SUBSCRIBE)
            .build();
    return ClientCalls.blockingServerStreamingCall(
        channel, subscribe, CallOptions.DEFAULT, new byte[0]);
  }

  @Test
  void shouldDeliverOnTheSameStreamWhenNothingWasSaidForLong() throws Exception {
    Iterator<byte[]> plain = grpc();
    try (WebAnswer page = WebClient.of(bridge, Form.BINARY).call(SUBSCRIBE, new byte[0])) {
      assertThat(page.next()).contains(GREETING);
      assertThat(plain.next()).isEqualTo(GREETING);

      assertThatThrownBy(() -> cancelled.get(SILENT_SECONDS, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);

      assertThat(opened).hasSize(2);
      opened.forEach(call -> call.sendMessage(LATER));
      assertThat(page.next()).contains(LATER);
      assertThat(plain.next()).isEqualTo(LATER);
      assertThat(opened).hasSize(2);
      assertThat(cancelled).isNotDone();
    }
  }
}
