package dev.sideband.bridge.proxy;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The connection to the server. It is made when somebody calls, and made again when it was lost.
 *
 * <p><b>Threads.</b> Any.
 */
public final class Upstream implements AutoCloseable {
  /** After which a server is asked whether it is still there. */
  private static final Duration SILENT_FOR = Duration.ofSeconds(30);

  /** Of what the server says in one message; what it hears it limits itself, and says so better. */
  private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

  /**
   * What may be on its way here for one call; the server waits when nobody takes it. A fixed
   * window: gRPC's own estimate grows to megabytes for each slow caller.
   */
  private static final int WINDOW_BYTES = 256 * 1024;

  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

  private final ManagedChannel channel;
  private final Answers answers;

  private Upstream(ServerAddress address, ManagedChannel channel) {
    this.channel = channel;
    answers = new Answers(address);
  }

  /**
   * Does not wait for a server: one that is not there is noticed by the first call.
   *
   * @throws IOException if the file of authorities is not one
   */
  public static Upstream to(ServerTarget target) throws IOException {
    ServerAddress address = target.address();
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address.host(), address.port(), credentials(target))
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .userAgent("sideband-bridge")
            .flowControlWindow(WINDOW_BYTES)
            .keepAliveTime(SILENT_FOR.toSeconds(), TimeUnit.SECONDS)
            .directExecutor();
    target.tls().flatMap(ServerTarget.Tls::name).ifPresent(builder::overrideAuthority);
    return new Upstream(address, builder.build());
  }

  private static ChannelCredentials credentials(ServerTarget target) throws IOException {
    if (target.tls().isEmpty()) {
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
    Optional<Path> authorities = target.tls().get().authorities();
    if (authorities.isPresent()) {
      tls.trustManager(authorities.get().toFile());
    }
    return tls.build();
  }

  Answers answers() {
    return answers;
  }

  /** A server that was away is tried at once: callers wait between their attempts themselves. */
  <Q, A> ClientCall<Q, A> call(MethodDescriptor<Q, A> method, CallOptions options) {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    return channel.newCall(method, options);
  }

  /** Ends all calls; their callers are told. */
  @Override
  public void close() {
    answers.closing();
    channel.shutdownNow();
    try {
      channel.awaitTermination(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
