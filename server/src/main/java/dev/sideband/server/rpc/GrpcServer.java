package dev.sideband.server.rpc;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gRPC server: {@code sideband.v1.Conversation}, health and reflection on one port.
 *
 * <p><b>Going away.</b> {@link #close} goes away first ({@link #goAway}), lets calls end for {@link
 * GrpcConfig#drain}, then cuts the rest. It ends no conversation.
 *
 * <p><b>Threads.</b> Owns its {@code grpc-*} event loops, which have ended when {@link #close}
 * returns; the {@link Surroundings} stay their owner's. {@link #start} and {@link #close} are
 * called by one thread, one after the other.
 */
public final class GrpcServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);
  private static final int EVENT_LOOPS = 2;

  /**
   * How much larger a message gRPC lets through than we take: it refuses by itself without an
   * ErrorInfo, and reads none of what it refuses. What lies between is read, and told why not.
   */
  private static final int TRANSPORT_MARGIN = 4;

  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration CUT = Duration.ofSeconds(2);

  private final GrpcConfig config;
  private final Surroundings surroundings;
  private final OpenStreams streams = new OpenStreams();
  private final HealthStatusManager health = new HealthStatusManager();
  private final ConversationService service;
  private final AccessInterceptor access;
  private @Nullable EventLoopGroup loops;
  private @Nullable ScheduledFuture<?> ticking;
  private @Nullable Server server;

  /**
   * Prepares a server.
   *
   * @throws IllegalArgumentException if it would serve strangers: an address that is not loopback
   *     needs TLS and tokens, unless the configuration says insecure
   */
  public GrpcServer(GrpcConfig config, Access access, Served served, Surroundings surroundings) {
    boolean closed = config.tls().isPresent() && access instanceof Access.Tokens;
    if (!config.insecure() && !closed && !isLoopback(config.listen())) {
      throw new IllegalArgumentException(
          "listen: %s (expected: a loopback address, or TLS and tokens)"
              .formatted(config.listen()));
    }
    this.config = config;
    this.surroundings = surroundings;
    this.access = new AccessInterceptor(access);
    service = new ConversationService(served, surroundings, streams);
  }

  private static boolean isLoopback(InetSocketAddress address) {
    return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
  }

  /**
   * Listens, and is healthy.
   *
   * @throws IOException if the address is taken, or a TLS file cannot be read
   */
  public void start() throws IOException {
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            EVENT_LOOPS, new DefaultThreadFactory("grpc"), NioIoHandler.newFactory());
    loops = group;
    try {
      server = builder(group).build().start();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    setServing(true);
    ticking =
        surroundings
            .timer()
            .scheduleWithFixedDelay(
                () -> streams.tick(surroundings.nanoTime().getAsLong()),
                TICK.toMillis(),
                TICK.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  private NettyServerBuilder builder(EventLoopGroup group) throws IOException {
    GrpcConfig.Connections bounds = config.connections();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(config.listen())
            .channelType(NioServerSocketChannel.class)
            .bossEventLoopGroup(group)
            .workerEventLoopGroup(group)
            .directExecutor()
            .maxInboundMessageSize(TRANSPORT_MARGIN * bounds.maxMessageBytes())
            .maxConcurrentCallsPerConnection(bounds.maxCalls())
            .keepAliveTime(bounds.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(bounds.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(20, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .maxConnectionIdle(bounds.maxIdle().toMillis(), TimeUnit.MILLISECONDS)
            .maxRstFramesPerWindow(200, 30)
            .intercept(access)
            .addService(ServiceBinding.bind(service, bounds.maxMessageBytes()))
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .fallbackHandlerRegistry(new UnknownMethods());
    builder.handshakeTimeout(10, TimeUnit.SECONDS);
    // The last one added is the first to see a call.
    surroundings.observer().map(ObservedCalls::new).ifPresent(builder::intercept);
    if (config.tls().isPresent()) {
      GrpcConfig.Tls tls = config.tls().get();
      builder.sslContext(
          GrpcSslContexts.forServer(tls.certificates().toFile(), tls.key().toFile()).build());
    }
    return builder;
  }

  /** The port that it listens on, once started. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("server: not listening (expected: started)");
    }
    return server.getPort();
  }

  /** What health says: whether calls can be served now. Nothing once it is going away. */
  public void setServing(boolean serving) {
    ServingStatus status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    health.setStatus(ServiceBinding.NAME, status);
  }

  /** Refuses Start from now on, and says {@code going_away} on every stream, which then ends. */
  public void goAway() {
    if (!streams.isGoingAway()) {
      health.enterTerminalState();
      streams.goAway();
    }
  }

  @Override
  public void close() {
    goAway();
    if (ticking != null) {
      ticking.cancel(false);
    }
    if (server != null) {
      shutDown(server);
      awaitTurns();
    }
    if (loops != null) {
      loops
          .shutdownGracefully(0, CUT.toMillis(), TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(2 * CUT.toMillis());
    }
  }

  /** A call that is over may still be written to by a stream that has not noticed. */
  private void awaitTurns() {
    try {
      streams.closeTurns(CUT);
    } catch (TimeoutException e) {
      LOG.error("A stream did not end its turn in {}", CUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void shutDown(Server listening) {
    listening.shutdown();
    try {
      if (listening.awaitTermination(config.drain().toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      LOG.warn("Calls did not end in {}; they are cut", config.drain());
      listening.shutdownNow();
      if (!listening.awaitTermination(CUT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.error("The gRPC server did not stop in {}", CUT);
      }
    } catch (InterruptedException e) {
      listening.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
