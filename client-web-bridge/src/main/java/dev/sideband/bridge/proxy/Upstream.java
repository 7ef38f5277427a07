package dev.sideband.bridge.proxy;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The connections to the server: one, and another when all before it are full.
 *
 * <p><b>Full.</b> A server takes a thousand calls on one connection; gRPC would let further ones
 * wait there in silence. How many calls there are is bounded where they come in.
 *
 * <p><b>Threads.</b> Any.
 */
public final class Upstream implements AutoCloseable {
  /** After which a server is asked whether it is still there. */
  private static final Duration SILENT_FOR = Duration.ofSeconds(30);

  /** Of what the server says in one message; what it hears it limits itself, and says so better. */
  private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

  /**
   * What is read at once: as long as one slow call has a part of that, all of it stays in memory.
   */
  private static final int READ_BYTES = 16 * 1024;

  private static final int CALLS_ON_A_CONNECTION = 900;

  /** All connections together. */
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

  private final ManagedChannelBuilder<?> builder;
  private final Answers answers;
  private final Health health = new Health(this);
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private boolean isClosed;

  private Upstream(ServerTarget target, ManagedChannelBuilder<?> builder) {
    this.builder = builder;
    answers = new Answers(target);
  }

  /**
   * Does not wait for a server: one that is not there is noticed by the first call.
   *
   * @throws IOException if the file of authorities cannot be read, or is not one
   */
  @SuppressWarnings("deprecation") // Only allocators may choose it one day; they do not yet.
  public static Upstream to(ServerTarget target) throws IOException {
    ServerAddress address = target.address();
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address.host(), address.port(), credentials(target))
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .userAgent("sideband-bridge")
            .flowControlWindow(Cost.SERVER_WINDOW)
            .withOption(
                ChannelOption.RCVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(READ_BYTES / 64, READ_BYTES / 8, READ_BYTES))
            .keepAliveTime(SILENT_FOR.toSeconds(), TimeUnit.SECONDS)
            .directExecutor();
    target.tls().flatMap(ServerTarget.Tls::name).ifPresent(builder::overrideAuthority);
    return new Upstream(target, builder);
  }

  private static ChannelCredentials credentials(ServerTarget target) throws IOException {
    if (target.tls().isEmpty()) {
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
    Optional<Path> authorities = target.tls().get().authorities();
    if (authorities.isPresent()) {
      requireCertificates(authorities.get());
      tls.trustManager(authorities.get().toFile());
    }
    return tls.build();
  }

  /** gRPC looks into it late, and complains of it as of anything else. */
  private static void requireCertificates(Path authorities) throws IOException {
    try (InputStream pem = Files.newInputStream(authorities)) {
      if (CertificateFactory.getInstance("X.509").generateCertificates(pem).isEmpty()) {
        throw new IOException("no certificate");
      }
    } catch (CertificateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** What the server says of itself. */
  Health health() {
    return health;
  }

  Answers answers() {
    return answers;
  }

  /**
   * Connects in the background, so that the first call need not, and the log tells of a server that
   * cannot be understood before somebody calls.
   */
  public void connect() {
    var unused = health.ask();
  }

  /** A call of the server; it must be started. */
  <Q, A> ClientCall<Q, A> call(MethodDescriptor<Q, A> method, CallOptions options) {
    return entered().call(method, options);
  }

  /** How many there are. */
  int connections() {
    return connections.size();
  }

  private Connection entered() {
    for (Connection connection : connections) {
      if (connection.tryEnter()) {
        return connection;
      }
    }
    return enteredNew();
  }

  private synchronized Connection enteredNew() {
    for (Connection connection : connections) {
      if (connection.tryEnter()) {
        return connection;
      }
    }
    Connection made = new Connection(builder.build(), CALLS_ON_A_CONNECTION);
    made.tryEnter();
    if (isClosed) {
      made.end();
      return made;
    }
    connections.add(made);
    return made;
  }

  /** Ends all calls, and those that are still to come; their callers are told. */
  @Override
  public void close() {
    answers.closing();
    synchronized (this) {
      isClosed = true;
    }
    connections.forEach(Connection::end);
    long deadline = System.nanoTime() + CLOSE_WITHIN.toNanos();
    try {
      for (Connection connection : connections) {
        connection.awaitEnd(deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
