package dev.sideband.server.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.sideband.server.fanout.EventRing;
import dev.sideband.server.fanout.FakeCommittedLog;
import dev.sideband.server.fanout.FanOut;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.session.Principal;
import dev.sideband.server.session.Principal.Role;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ErrorCode;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A server on a free port with fake conversations and a fake log, and a channel to it. */
final class Serving implements AutoCloseable {
  static final ConversationId TALK = new ConversationId(new UUID(7, 1));
  static final ConversationId FOREIGN = new ConversationId(new UUID(7, 2));
  static final ConversationId UNKNOWN = new ConversationId(new UUID(7, 3));
  static final Principal LOCAL = new Principal("local", EnumSet.noneOf(Role.class));

  final FakeConversations conversations = new FakeConversations();
  final EventRing ring = new EventRing(100, Thread::new);
  final FakeCommittedLog log = new FakeCommittedLog(ring);
  final AtomicLong nanos = new AtomicLong();
  final GrpcServer server;
  final ManagedChannel channel;
  private final AtomicInteger threads = new AtomicInteger();
  private final ExecutorService drainers =
      Executors.newFixedThreadPool(
          2, runnable -> new Thread(runnable, "drain-" + threads.incrementAndGet()));
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  private Serving(GrpcConfig config, Access access, IceServers iceServers) {
    conversations.know(TALK, "local");
    conversations.know(FOREIGN, "somebody");
    server =
        new GrpcServer(
            config,
            access,
            new Served(conversations, new FanOut(ring, log), Set.of(24_000), iceServers),
            new Surroundings(drainers, timer, nanos::get, Optional.empty()));
    try {
      server.start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    channel = connect();
  }

  static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  static Serving everybodyAs(Principal principal) {
    return with(GrpcConfig.plaintext(loopback()), new Access.Open(principal));
  }

  static Serving with(GrpcConfig config, Access access) {
    return new Serving(config, access, IceServers.NONE);
  }

  static Serving with(Access access, IceServers iceServers) {
    return new Serving(GrpcConfig.plaintext(loopback()), access, iceServers);
  }

  ManagedChannel connect() {
    return NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  ConversationGrpc.ConversationBlockingStub call() {
    return ConversationGrpc.newBlockingStub(channel);
  }

  ConversationGrpc.ConversationStub async() {
    return ConversationGrpc.newStub(channel);
  }

  static ClientInterceptor header(String name, String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  void happens(int events) {
    for (int i = 0; i < events; i++) {
      log.commit(TALK, "local", 250);
    }
  }

  void ends() {
    log.commitLast(TALK, "local");
  }

  /** What a client is told when a call is refused. */
  record Refusal(io.grpc.Status.Code status, ErrorCode code, ErrorInfo info) {
    static Refusal of(ThrowingCallable call) {
      return of(Assertions.catchThrowableOfType(StatusRuntimeException.class, call));
    }

    static Refusal of(Throwable failure) {
      com.google.rpc.Status status = StatusProto.fromThrowable(failure);
      if (status == null) {
        throw new AssertionError("no status details", failure);
      }
      return of(status);
    }

    static Refusal of(com.google.rpc.Status status) {
      try {
        for (Any detail : status.getDetailsList()) {
          if (detail.is(ErrorInfo.class)) {
            ErrorInfo info = detail.unpack(ErrorInfo.class);
            return new Refusal(
                io.grpc.Status.fromCodeValue(status.getCode()).getCode(),
                ErrorCode.valueOf(info.getReason()),
                info);
          }
        }
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
      throw new AssertionError("no ErrorInfo in " + status);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    log.close();
    ring.close();
    drainers.shutdown();
    timer.shutdownNow();
  }
}
