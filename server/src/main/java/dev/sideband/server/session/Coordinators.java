package dev.sideband.server.session;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.provider.CallId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinators of this process, over which conversations are hashed, and their threads.
 *
 * <p><b>Threads.</b> Any may ask {@link #of}; starting and closing is one thread's. {@link #exit}
 * and {@link #close} wait.
 */
final class Coordinators implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinators.class);
  private static final int LIVE_PAGE = 1000;

  private final SessionServices services;
  private final LiveUsage usage = new LiveUsage();
  private final List<SessionCoordinator> coordinators = new ArrayList<>();
  private final List<CoordinatorThread> threads = new ArrayList<>();

  /** Nothing runs before {@link #start}. */
  Coordinators(SessionServices services) {
    this.services = services;
    for (int i = 0; i < services.config().coordinators(); i++) {
      coordinators.add(new SessionCoordinator(services, usage));
    }
    services.log().listen(this::onWritable);
  }

  /** The one that owns a conversation, whether it exists or not. */
  SessionCoordinator of(ConversationId id) {
    return coordinators.get(Math.floorMod(id.hashCode(), coordinators.size()));
  }

  /** What the conversations that they hold have used. */
  LiveUsage usage() {
    return usage;
  }

  void start() {
    for (SessionCoordinator coordinator : coordinators) {
      CoordinatorThread thread = new CoordinatorThread(coordinator, services.threads());
      threads.add(thread);
      thread.start();
    }
  }

  /** Hands every conversation of the log's live index to its coordinator. */
  void takeUpLive() {
    Optional<Head> last = Optional.empty();
    List<Head> page;
    do {
      page = services.log().heads(new HeadQuery(Optional.empty(), true, last, LIVE_PAGE));
      page.forEach(head -> takeUp(head.conversation()));
      last = page.isEmpty() ? last : Optional.of(page.get(page.size() - 1));
    } while (page.size() == LIVE_PAGE);
  }

  private void takeUp(ConversationId id) {
    Optional<CallId> call = Bookmarks.read(services.log(), id, services.clock());
    SessionCoordinator coordinator = of(id);
    coordinator.lanes().postCompletion(() -> coordinator.takeUp(id, call));
  }

  /** One turn of every coordinator, on the caller's thread: for tests, which start no threads. */
  boolean turn() {
    boolean worked = false;
    for (SessionCoordinator coordinator : coordinators) {
      worked |= coordinator.turn();
    }
    return worked;
  }

  /** On the log writer's thread. */
  private void onWritable(boolean writable) {
    for (SessionCoordinator coordinator : coordinators) {
      coordinator.lanes().postCompletion(() -> coordinator.onWritable(writable));
    }
  }

  /** Ends or leaves all conversations as configured, and waits for that within bounds. */
  void exit() {
    Duration patience = services.config().hangUpTimeout().plusSeconds(5);
    CompletableFuture<?>[] exits =
        coordinators.stream().map(this::exit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(exits).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn(
          "conversations: some did not end within {} s; the next start of the server finishes them",
          patience.toSeconds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<Void> exit(SessionCoordinator coordinator) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    coordinator.lanes().postCompletion(() -> coordinator.exit(services.config().onExit(), done));
    return done;
  }

  /** Stops the threads, after what they are at. */
  @Override
  public void close() {
    try {
      for (CoordinatorThread thread : threads) {
        thread.stop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
