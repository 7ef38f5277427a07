package dev.sideband.cli.torture;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.server.ServerProcess;
import dev.sideband.cli.server.ServerTarget;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one server and its many lives, all on one data folder.
 *
 * <p>Each life has a link of its own: a connection that outlived its server would wait longer and
 * longer before it tried again.
 *
 * <p><b>Threads.</b> {@link #launch}, {@link #awaitReady}, {@link #kill} by one; {@link #link} and
 * {@link #close} by any.
 */
final class ServerCycle implements AutoCloseable {
  private static final long READY_WITHIN_MS = 60_000;

  private final Supplier<ServerProcess> next;
  private volatile @Nullable ServerProcess process;
  private volatile @Nullable ServerLink link;
  private @Nullable CompletableFuture<ServerProcess.Ready> starting;
  private @Nullable ServerLink retired;

  /** Whose every life {@code next} begins. */
  ServerCycle(Supplier<ServerProcess> next) {
    this.next = next;
  }

  /** Begins a life, and does not wait for it. */
  void launch() {
    ServerProcess launched = next.get();
    process = launched;
    starting = CompletableFuture.supplyAsync(launched::awaitReady);
  }

  /** Waits until it is ready, at most so long; false if it is not. */
  boolean isReadyWithin(long millis) {
    CompletableFuture<ServerProcess.Ready> awaited = starting;
    if (awaited == null) {
      throw new IllegalStateException("not launched");
    }
    if (link != null) {
      return true;
    }
    try {
      String address = awaited.get(millis, TimeUnit.MILLISECONDS).address();
      link = ServerLink.to(ServerTarget.parse(address, false, null), UUID::randomUUID);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CliException failure
          ? failure
          : new CliException(ExitCode.FAILED, e, "the server did not start: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.INTERRUPTED, e, "interrupted");
    }
  }

  /** Waits until it is ready; one that is not in a minute is a failure. */
  void awaitReady() {
    if (!isReadyWithin(READY_WITHIN_MS)) {
      throw new CliException(
          ExitCode.FAILED,
          "the server was not ready within " + READY_WITHIN_MS / 1_000 + " s",
          "it said: " + lastWords());
    }
  }

  private String lastWords() {
    ServerProcess current = process;
    return current == null ? "" : current.lastWords();
  }

  /** Whether it runs though nobody killed it; a server that died by itself is a finding. */
  boolean isAlive() {
    ServerProcess current = process;
    return current != null && current.isAlive();
  }

  /** SIGKILL. Its link is let go with the next kill only: subscribers still hold its streams. */
  void kill() {
    ServerLink cut = link;
    link = null;
    ServerProcess killed = process;
    if (killed != null) {
      killed.kill();
    }
    if (cut != null) {
      letGo();
      retired = cut;
    }
  }

  private void letGo() {
    ServerLink old = retired;
    if (old != null) {
      old.close();
    }
    retired = null;
  }

  /** To the server, if it is ready. */
  Optional<ServerLink> link() {
    return Optional.ofNullable(link);
  }

  /** To the server, as soon as it is ready; empty once it is over. */
  Optional<ServerLink> awaitLink(Signal over) {
    Optional<ServerLink> now = link();
    while (now.isEmpty() && !over.isRaisedWithin(10)) {
      now = link();
    }
    return now;
  }

  /** Ends it in order. */
  @Override
  public void close() {
    ServerLink cut = link;
    link = null;
    if (cut != null) {
      cut.close();
    }
    letGo();
    ServerProcess last = process;
    if (last != null) {
      last.close();
    }
  }
}
