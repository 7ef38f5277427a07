package dev.sideband.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.sideband.server.fanout.EventRing;
import dev.sideband.server.fanout.FanOut;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.rocksdb.FatalErrorHandler;
import dev.sideband.server.log.rocksdb.RocksDbConfig;
import dev.sideband.server.log.rocksdb.RocksDbEventLog;
import dev.sideband.server.provider.Dialect;
import dev.sideband.server.provider.RealtimeProvider;
import dev.sideband.server.provider.loopback.LoopbackServer;
import dev.sideband.server.rpc.Access;
import dev.sideband.server.rpc.GrpcConfig;
import dev.sideband.server.rpc.GrpcServer;
import dev.sideband.server.rpc.Served;
import dev.sideband.server.rpc.Surroundings;
import dev.sideband.server.session.CoordinatedConversations;
import dev.sideband.server.session.Prices;
import dev.sideband.server.session.Principal;
import dev.sideband.server.session.RenewalConfig;
import dev.sideband.server.session.SessionConfig;
import dev.sideband.server.session.SessionServices;
import dev.sideband.server.session.SessionTelemetry;
import dev.sideband.v1.RealtimeEvent;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The whole server: every room, built, joined and closed in order.
 *
 * <p><b>Opening.</b> Ring, log, provider, gRPC, and last the coordinators, which take up what an
 * earlier process left: a server that cannot listen has touched nobody's conversation.
 *
 * <p><b>Closing.</b> Conversations end or are left as configured while followers still listen; then
 * streams are told {@code going_away} and calls drain; then coordinators, provider, log and ring
 * close. No thread survives it.
 */
public final class Server implements AutoCloseable {
  static final int MAX_SUBSCRIPTIONS = 20_000;
  private static final int READERS = 2;
  private static final int READINGS = 1024;
  static final int DRAINERS = 2;
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final Closing closing = new Closing();
  private Optional<LoopbackServer> loopback = Optional.empty();
  private int port;

  private Server() {}

  /**
   * Opens a server.
   *
   * @param telemetry told what happens; closed by the caller, afterwards
   * @param fatal told when the log can no longer say what is on disk; expected to halt the process
   * @throws ConfigException if something that the configuration names cannot be had
   */
  public static Server open(ServerConfig config, Telemetry telemetry, FatalErrorHandler fatal) {
    Server server = new Server();
    try {
      server.build(config, telemetry, fatal);
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw OpeningFailures.asConfigException(config, e);
    }
  }

  private void build(ServerConfig config, Telemetry telemetry, FatalErrorHandler fatal)
      throws IOException {
    Access access = access(config.grpc());
    ScheduledExecutorService timer =
        closing.add(new ScheduledThreadPoolExecutor(1, new NamedThreads("timer")));
    SessionConfig sessions = sessions(config);
    EventRing ring =
        closing.add("ring", new EventRing(MAX_SUBSCRIPTIONS, new NamedThreads("event-fanout")));
    RocksDbEventLog log =
        closing.add(
            "log",
            RocksDbEventLog.open(
                log(config.log(), sessions), ring, fatal, new NamedThreads("log-writer")));
    Meter meter = telemetry.api().getMeter("dev.sideband.server");
    closing.add("fan-out metrics", FanOutMetrics.of(meter, ring));
    closing.add("log metrics", LogMetrics.of(meter, log));
    if (config.retention().isOn()) {
      closing.add(
          "retention",
          log.retain(
              config.retention(),
              Clock.systemUTC(),
              Server::timeOf,
              new NamedThreads("log-retention")));
    }
    Providers providers = closing.add("provider", Providers.open(config, timer));
    loopback = providers.loopback();
    CoordinatedConversations conversations =
        conversations(log, providers.provider(), sessions, telemetry.api());
    Surroundings surroundings =
        new Surroundings(
            closing.add(Executors.newFixedThreadPool(DRAINERS, new NamedThreads("drain"))),
            timer,
            System::nanoTime,
            telemetry.observer());
    Served served =
        new Served(
            conversations,
            new FanOut(ring, log),
            providers.provider().dialects().stream()
                .map(Dialect::audioRate)
                .collect(Collectors.toSet()),
            config.webRtc().iceServers(Clock.systemUTC()));
    GrpcServer grpc =
        closing.add("grpc", new GrpcServer(grpc(config.grpc()), access, served, surroundings));
    grpc.start();
    port = grpc.port();
    conversations.start();
    closing.add("conversations' end", conversations::exit);
  }

  private CoordinatedConversations conversations(
      EventLog log, RealtimeProvider provider, SessionConfig config, OpenTelemetry telemetry) {
    ExecutorService reader = closing.add(readers());
    return closing.add(
        "conversations",
        new CoordinatedConversations(
            new SessionServices(
                log,
                provider,
                config,
                Clock.systemUTC(),
                System::nanoTime,
                new SecureRandom(),
                SessionTelemetry.of(telemetry),
                reader,
                new NamedThreads("session-coordinator"))));
  }

  /** Full queue: a reading that finds no room is refused, and its caller hears SERVER_BUSY. */
  static ExecutorService readers() {
    return new ThreadPoolExecutor(
        READERS,
        READERS,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(READINGS),
        new NamedThreads("log-reader"));
  }

  private static SessionConfig sessions(ServerConfig config) {
    ServerConfig.Session session = config.session();
    boolean leave =
        session.onExit() == ServerConfig.OnExit.LEAVE
            && config.provider() == ServerConfig.ProviderChoice.OPENAI;
    return new SessionConfig(
        session.coordinators() == 0
            ? Runtime.getRuntime().availableProcessors()
            : session.coordinators(),
        session.startTimeout(),
        config.openAi().joinWindow(),
        config.openAi().rejoinWindow(),
        session.configureTimeout(),
        session.hangUpTimeout(),
        config.loopback().noMediaTimeout(),
        session.maxDuration(),
        session.idleTimeout(),
        session.maxPendingInputs(),
        config.repair().probe(),
        leave ? SessionConfig.OnExit.LEAVE : SessionConfig.OnExit.END,
        new RenewalConfig(
            session.renewBefore(),
            config.provider() == ServerConfig.ProviderChoice.OPENAI
                ? config.openAi().sessionLimit()
                : config.loopback().sessionLimit()),
        session.pricesFile().map(PricesFile::read).orElse(Prices.NONE));
  }

  /** The log as configured, with room for all that the coordinators may have in flight. */
  private static RocksDbConfig log(RocksDbConfig config, SessionConfig sessions) {
    int room = 2 * CoordinatedConversations.appendsInFlight(sessions);
    return new RocksDbConfig(
        config.path(),
        config.sync(),
        config.minFree(),
        Math.max(config.queueItems(), room),
        config.queueBytes());
  }

  /** When an entry was stamped; one that cannot be read is never too old. */
  private static Instant timeOf(LogEntry entry) {
    try {
      Timestamp time = RealtimeEvent.parseFrom(entry.event()).getTime();
      return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    } catch (InvalidProtocolBufferException e) {
      return Instant.MAX;
    }
  }

  static GrpcConfig grpc(ServerConfig.Grpc config) {
    return new GrpcConfig(
        new InetSocketAddress(config.address(), config.port()),
        config.tls().map(tls -> new GrpcConfig.Tls(tls.certificate(), tls.key())),
        config.insecure(),
        GrpcConfig.Connections.defaults(),
        DRAIN);
  }

  static Access access(ServerConfig.Grpc config) throws IOException {
    if (config.tokensFile().isPresent()) {
      return new Access.Tokens(TokensFile.read(config.tokensFile().get()));
    }
    return new Access.Open(new Principal("local", EnumSet.allOf(Principal.Role.class)));
  }

  /** The port that gRPC listens on. */
  public int port() {
    return port;
  }

  /** The loopback, if calls are held in this process. */
  public Optional<LoopbackServer> loopback() {
    return loopback;
  }

  @Override
  public void close() {
    closing.close();
  }
}
