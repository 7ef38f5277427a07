package dev.sideband.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.v1.ConversationGrpc;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which calls, and what of them, an observer is shown. */
class ObservedCallsTest {
  private final List<String> seen = new ArrayList<>();
  private final List<String> sent = new ArrayList<>();
  private final ObservedCalls calls = new ObservedCalls(new Noting());

  /** Answers with one message, and ends. */
  private <Q, R> void serve(MethodDescriptor<Q, R> method, R answer) {
    calls.interceptCall(
        new Sent<>(method),
        new Metadata(),
        (call, headers) -> {
          call.sendMessage(answer);
          call.close(Status.OK, new Metadata());
          return new ServerCall.Listener<>() {};
        });
  }

  @Test
  void shouldShowAnObserverOurCallsWithoutTheirMessages() {
    serve(
        ConversationGrpc.getSubscribeMethod(), dev.sideband.v1.RealtimeEvents.getDefaultInstance());
    assertThat(seen).containsExactly("call of sideband.v1.Conversation/Subscribe", "end OK");
    assertThat(sent).containsExactly("message", "end OK");
  }

  @Test
  void shouldNotShowItCallsOfHealth() {
    serve(HealthGrpc.getCheckMethod(), io.grpc.health.v1.HealthCheckResponse.getDefaultInstance());
    assertThat(seen).isEmpty();
    assertThat(sent).containsExactly("message", "end OK");
  }

  @Test
  void shouldNotShowItCallsOfMethodsThatThereAreNot() {
    MethodDescriptor<dev.sideband.v1.GetRequest, dev.sideband.v1.GetResponse> unknown =
        ConversationGrpc.getGetMethod().toBuilder()
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .setFullMethodName("sideband.v1.Conversation/MadeUp")
            .build();
    serve(unknown, dev.sideband.v1.GetResponse.getDefaultInstance());
    assertThat(seen).isEmpty();
  }

  /** Notes all that it is shown. */
  private final class Noting implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      seen.add("call of " + call.getMethodDescriptor().getFullMethodName());
      return next.startCall(
          new SimpleForwardingServerCall<>(call) {
            @Override
            public void sendMessage(R message) {
              seen.add("message");
              super.sendMessage(message);
            }

            @Override
            public void close(Status status, Metadata trailers) {
              seen.add("end " + status.getCode());
              super.close(status, trailers);
            }
          },
          headers);
    }
  }

  /** A call that notes what would go to its client. */
  private final class Sent<Q, R> extends ServerCall<Q, R> {
    private final MethodDescriptor<Q, R> method;

    Sent(MethodDescriptor<Q, R> method) {
      this.method = method;
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(R message) {
      sent.add("message");
    }

    @Override
    public void close(Status status, Metadata trailers) {
      sent.add("end " + status.getCode());
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<Q, R> getMethodDescriptor() {
      return method;
    }
  }
}
