package dev.sideband.cli.talk;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.terminal.EventLine;
import dev.sideband.cli.terminal.Texts;
import dev.sideband.v1.ClientMilestone;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RenewResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Renews the call of a conversation as soon as the server says that it is due, and again while a
 * try fails and the old call lasts.
 *
 * <p>The voice moves over when the new call is connected and the server uses it; until then the old
 * one carries it, and so it does when the renewal fails.
 *
 * <p><b>Threads.</b> Events come on the reading thread, which never waits; one of its own renews.
 */
final class Renewer implements AutoCloseable {
  private static final long TRY_AGAIN_AFTER_MS = 10_000;
  private static final long RENEWED_WITHIN_MS = 60_000;
  private static final Duration REPORTED_WITHIN = Duration.ofSeconds(30);

  private final ServerLink link;
  private final Line line;
  private final Supplier<Leg> legs;
  private final Consumer<String> notes;
  private final LongSupplier nanoTime;

  /** Renewals that are due after it was closed, or all at once, are nobody's. */
  private final ExecutorService worker =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          new ThreadPoolExecutor.DiscardPolicy());

  private final CountDownLatch begun = new CountDownLatch(1);

  /** Of each new call, by its number: what is told late of one is nothing to the next. */
  private final Map<Integer, CompletableFuture<Integer>> outcomes = new ConcurrentHashMap<>();

  /**
   * @param legs opens a call, or throws a {@link CliException}
   * @param notes says a line to the user
   */
  Renewer(
      ServerLink link,
      Line line,
      Supplier<Leg> legs,
      Consumer<String> notes,
      LongSupplier nanoTime) {
    this.link = link;
    this.line = line;
    this.legs = legs;
    this.notes = notes;
    this.nanoTime = nanoTime;
  }

  /** The first call is connected: what is due from now on, or was before, is done. */
  void begin() {
    begun.countDown();
  }

  /** Takes the next event of the conversation. */
  void accept(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case RENEWAL_DUE -> worker.execute(() -> renew(event.getConversationId(), left(event)));
      case CALL_RENEWED -> {
        int call = event.getCallRenewed().getCall();
        outcome(call).complete(call);
      }
      case RENEWAL_FAILED ->
          outcome(event.getRenewalFailed().getCall())
              .completeExceptionally(
                  failed(EventLine.words(event.getRenewalFailed().getCode().name())));
      case CONVERSATION_ENDING -> worker.shutdownNow();
      default -> {
        // Nothing about calls.
      }
    }
  }

  /** How long the old call will last. */
  private static Duration left(RealtimeEvent due) {
    return Duration.between(
        Texts.instant(due.getTime()), Texts.instant(due.getRenewalDue().getDueAt()));
  }

  private CompletableFuture<Integer> outcome(int call) {
    return outcomes.computeIfAbsent(call, unheard -> new CompletableFuture<>());
  }

  private static CliException failed(String why) {
    return new CliException(ExitCode.FAILED, why);
  }

  private void renew(String conversationId, Duration left) {
    long end = nanoTime.getAsLong() + left.toNanos();
    try {
      begun.await();
      while (!tryRenew(conversationId, end) && nanoTime.getAsLong() < end) {
        TimeUnit.MILLISECONDS.sleep(TRY_AGAIN_AFTER_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The conversation ends.
    }
  }

  private boolean tryRenew(String conversationId, long end) throws InterruptedException {
    try {
      moveOver(conversationId, end);
      return true;
    } catch (CliException e) {
      if (!Thread.currentThread().isInterrupted()) { // Else it is over, and nobody's trouble.
        notes.accept("the call could not be renewed: " + e.getMessage());
      }
      return false;
    }
  }

  private void moveOver(String conversationId, long end) throws InterruptedException {
    Leg next = legs.get();
    boolean moved = false;
    try {
      RenewResponse renewed = link.renew(conversationId, next.offer());
      next.connect(renewed.getSdpAnswer());
      report(conversationId, renewed.getCall());
      awaitOutcome(renewed.getCall(), end);
      line.moveTo(next);
      moved = true;
    } finally {
      if (!moved) {
        next.close();
      }
    }
  }

  /** Says that the new call is held; whether that arrived, the outcome will tell. */
  private void report(String conversationId, int call) throws InterruptedException {
    ClientMilestone connected =
        ClientMilestone.newBuilder().setName("dtls_connected").setCall(call).build();
    try {
      var unused =
          link.send(
              conversationId,
              Input.newBuilder().setClientMilestone(connected).build(),
              REPORTED_WITHIN);
    } catch (CliException e) {
      // It may have arrived all the same: then the call is used, and must not be closed here.
    }
  }

  /** Waits while the old call lasts. */
  private void awaitOutcome(int call, long end) throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.toMillis(end - nanoTime.getAsLong());
    try {
      outcome(call).get(Math.max(left, RENEWED_WITHIN_MS), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failed(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
    } catch (TimeoutException e) {
      throw failed("the server did not say what became of it");
    }
  }

  /** Renews no more; waits for a try that is under way to let go. */
  @Override
  public void close() {
    worker.shutdownNow();
    try {
      if (!worker.awaitTermination(RENEWED_WITHIN_MS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("a renewal does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
