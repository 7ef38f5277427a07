package dev.sideband.server;

import dev.sideband.server.fanout.EventRing;
import dev.sideband.server.fanout.FanOut;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.Head;
import dev.sideband.server.provider.Dialect;
import dev.sideband.server.provider.openai.OpenAiConfig;
import dev.sideband.server.provider.openai.OpenAiProvider;
import dev.sideband.server.rpc.GrpcServer;
import dev.sideband.server.rpc.IceServers;
import dev.sideband.server.rpc.Served;
import dev.sideband.server.rpc.Surroundings;
import dev.sideband.server.session.RecordedConversations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * A server that holds no calls: a log into which recorded conversations are fed, and the rooms that
 * show it, as they are in {@link Server}.
 *
 * <p><b>Closing.</b> The feed stops where it is; then streams are told {@code going_away}; then
 * log, ring and recording close. No thread survives it.
 */
final class Replay implements AutoCloseable {
  private final Closing closing = new Closing();
  private final ReplayFeed feed;
  private final ScheduledExecutorService timer;
  private final int port;

  private Replay(Source source, ServerConfig.Grpc grpc, Path folder) throws IOException {
    try {
      Recording recording =
          closing.add("recording", Recording.open(source.path(), folder.resolve("recorded")));
      List<Head> heads = recording.choose(source.ids());
      timer = closing.add(new ScheduledThreadPoolExecutor(1, new NamedThreads("timer")));
      EventRing ring =
          closing.add(
              "ring", new EventRing(Server.MAX_SUBSCRIPTIONS, new NamedThreads("event-fanout")));
      EventLog log = closing.add("log", Recording.writing(folder.resolve("replayed"), ring));
      feed = new ReplayFeed(recording, heads, log, source.speed(), Pace.of(System::nanoTime));
      port = serve(grpc, ring, log).port();
    } catch (IOException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  /**
   * What is to be played.
   *
   * @param path a data folder, or a file that {@code export} wrote
   * @param ids of conversations; all if there is none
   */
  record Source(Path path, List<String> ids, Speed speed) {}

  /**
   * Opens one, which feeds nothing before {@link #start}.
   *
   * @param folder an empty one, for what is stored meanwhile
   * @throws ConfigException if something that was asked for cannot be had
   */
  static Replay open(Source source, ServerConfig.Grpc grpc, Path folder) {
    try {
      return new Replay(source, grpc, folder);
    } catch (IOException | RuntimeException e) {
      throw OpeningFailures.asConfigException(grpc, e);
    }
  }

  private GrpcServer serve(ServerConfig.Grpc config, EventRing ring, EventLog log)
      throws IOException {
    ExecutorService reader = closing.add(Server.readers());
    Dialect dialect = OpenAiProvider.dialect(OpenAiConfig.DEFAULT_MODEL);
    Served served =
        new Served(
            new RecordedConversations(log, List.of(dialect), reader),
            new FanOut(ring, log),
            Set.of(dialect.audioRate()),
            IceServers.NONE);
    Surroundings surroundings =
        new Surroundings(
            closing.add(Executors.newFixedThreadPool(Server.DRAINERS, new NamedThreads("drain"))),
            timer,
            System::nanoTime,
            Optional.empty());
    GrpcServer grpc =
        closing.add(
            "grpc",
            new GrpcServer(Server.grpc(config), Server.access(config), served, surroundings));
    grpc.start();
    return grpc;
  }

  /** Lets the first event in, and then the others when it is their time. */
  void start() {
    Thread thread = new NamedThreads("replay-feed").newThread(feed);
    closing.add(
        "feed",
        () -> {
          thread.interrupt();
          thread.join();
        });
    thread.start();
  }

  ReplayFeed feed() {
    return feed;
  }

  /** For what is to happen now and then; nothing on it blocks. */
  ScheduledExecutorService timer() {
    return timer;
  }

  /** The port that gRPC listens on. */
  int port() {
    return port;
  }

  @Override
  public void close() {
    closing.close();
  }
}
