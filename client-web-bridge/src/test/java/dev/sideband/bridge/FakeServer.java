package dev.sideband.bridge;

import com.google.protobuf.MessageLite;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC server whose methods a test makes up, in bytes, so that it can say what no proto file has.
 * Methods that nobody made up are UNIMPLEMENTED.
 */
final class FakeServer implements AutoCloseable {
  /** As the real one. */
  static final int CALLS_ON_A_CONNECTION = 1000;

  private final Map<String, Behaviour> methods = new ConcurrentHashMap<>();
  private final Server server;

  /** What a method does; each of its messages is asked for by the method itself. */
  interface Behaviour extends ServerCallHandler<byte[], byte[]> {}

  private FakeServer(int port, ServerCredentials credentials) throws IOException {
    server =
        NettyServerBuilder.forPort(port, credentials)
            .maxConcurrentCallsPerConnection(CALLS_ON_A_CONNECTION)
            .fallbackHandlerRegistry(new MadeUp())
            .directExecutor()
            .build()
            .start();
  }

  static FakeServer start() throws IOException {
    return startAt(0);
  }

  static FakeServer startAt(int port) throws IOException {
    return new FakeServer(port, InsecureServerCredentials.create());
  }

  static FakeServer startWithTls(TestCertificate certificate) throws IOException {
    return new FakeServer(
        0,
        TlsServerCredentials.create(
            certificate.certificate().toFile(), certificate.key().toFile()));
  }

  int port() {
    return server.getPort();
  }

  /** Makes a method up: {@code sideband.v1.Conversation/List}. */
  FakeServer on(String method, Behaviour behaviour) {
    methods.put(method, behaviour);
    return this;
  }

  FakeServer serving(ServingStatus status) {
    HealthCheckResponse health = HealthCheckResponse.newBuilder().setStatus(status).build();
    return on("grpc.health.v1.Health/Check", answering(health));
  }

  /** Hears what the caller asks, then says this. */
  static Behaviour answering(MessageLite... messages) {
    byte[][] bytes = new byte[messages.length][];
    for (int i = 0; i < messages.length; i++) {
      bytes[i] = messages[i].toByteArray();
    }
    return answering(Status.OK, new Metadata(), bytes);
  }

  /** The same, and ends with this status and these trailers. */
  static Behaviour answering(Status status, Metadata trailers, byte[]... messages) {
    return (call, headers) -> {
      call.request(2);
      return new ServerCall.Listener<>() {
        private boolean isAsked;

        @Override
        public void onMessage(byte[] message) {
          isAsked = true;
        }

        @Override
        public void onHalfClose() {
          if (!isAsked) {
            call.close(Status.INTERNAL.withDescription("nothing was asked"), new Metadata());
            return;
          }
          if (messages.length > 0) {
            call.sendHeaders(new Metadata());
          }
          for (byte[] message : messages) {
            call.sendMessage(message);
          }
          call.close(status, trailers);
        }
      };
    };
  }

  /** Says this once, then nothing, until the caller goes away; this is told then. */
  static Behaviour lasting(CompletableFuture<Void> cancelled, byte[] message) {
    return (call, headers) -> {
      call.request(2);
      return new ServerCall.Listener<>() {
        @Override
        public void onHalfClose() {
          call.sendHeaders(new Metadata());
          call.sendMessage(message);
        }

        @Override
        public void onCancel() {
          cancelled.complete(null);
        }
      };
    };
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Finds what was made up. */
  private final class MadeUp extends io.grpc.HandlerRegistry {
    @Override
    public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
        String name, @Nullable String authority) {
      Behaviour behaviour = methods.get(name);
      return behaviour == null
          ? null
          : ServerMethodDefinition.create(
              MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                  .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                  .setFullMethodName(name)
                  .build(),
              behaviour);
    }
  }
}
