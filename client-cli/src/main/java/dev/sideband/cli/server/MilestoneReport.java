package dev.sideband.cli.server;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.google.protobuf.util.Durations;
import dev.sideband.cli.failure.CliException;
import dev.sideband.v1.ClientMilestone;
import dev.sideband.v1.Input;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells a server how the first call of a conversation comes about on this side, as this side's
 * clock has it. What is reached before the conversation has an id waits for it.
 *
 * <p><b>Threads.</b> Any reaches milestones, native ones too, and never waits; a thread of its own
 * sends them. Of those that wait there are at most 16, of which a call needs six; more are dropped.
 */
public final class MilestoneReport implements AutoCloseable {
  private static final int QUEUE = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LAST_WORDS_MS = 2_000;

  /** The milestone with which the stage of each began. */
  private static final Map<String, String> WAITS_FOR =
      Map.of(
          "start_answered", "offer",
          "answer_applied", "start_answered",
          "ice_connected", "start_answered",
          "dtls_connected", "ice_connected",
          "first_audio_sent", "dtls_connected",
          "first_audio_heard", "first_audio_sent");

  private final ServerLink link;
  private final LongSupplier nanoTime;
  private final Consumer<CliException> refused;
  private final Map<String, Long> reached = new HashMap<>();
  private final CompletableFuture<String> conversation = new CompletableFuture<>();
  private final ExecutorService sender =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          MILLISECONDS,
          new ArrayBlockingQueue<>(QUEUE),
          new ThreadPoolExecutor.DiscardPolicy());
  private long zero;

  /**
   * Counts from now, until {@link #begin} says otherwise.
   *
   * @param refused hears, on the sending thread, of what did not arrive
   */
  public MilestoneReport(ServerLink link, LongSupplier nanoTime, Consumer<CliException> refused) {
    this.link = link;
    this.nanoTime = nanoTime;
    this.refused = refused;
    zero = nanoTime.getAsLong();
  }

  /** The conversation is asked for: times count from now. */
  public synchronized void begin() {
    zero = nanoTime.getAsLong();
  }

  /** A milestone was reached just now; only the first time counts. */
  public void reach(String name) {
    var unused = reach(name, nanoTime.getAsLong());
  }

  /** The same, at a time of the clock; returns it as it is told. */
  public synchronized ClientMilestone reach(String name, long nanos) {
    boolean isFirst = reached.putIfAbsent(name, nanos) == null;
    ClientMilestone milestone = timed(name);
    if (isFirst) {
      Input input = Input.newBuilder().setClientMilestone(milestone).build();
      sender.execute(() -> send(input));
    }
    return milestone;
  }

  /**
   * The server gave the conversation an id. That is a milestone too, which others begin with; the
   * server knows it by itself.
   */
  public synchronized ClientMilestone answered(String conversationId) {
    conversation.complete(conversationId);
    reached.putIfAbsent("start_answered", nanoTime.getAsLong());
    return timed("start_answered");
  }

  private ClientMilestone timed(String name) {
    long at = reached.getOrDefault(name, zero);
    long began = reached.getOrDefault(WAITS_FOR.getOrDefault(name, ""), zero);
    return ClientMilestone.newBuilder()
        .setName(name)
        .setElapsed(Durations.fromNanos(Math.max(0, at - began)))
        .setTotal(Durations.fromNanos(at - zero))
        .build();
  }

  private void send(Input milestone) {
    try {
      var unused = link.send(conversation.get(), milestone, PATIENCE);
    } catch (CliException e) {
      refused.accept(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("conversation: no id (expected: one, or the end)", e);
    }
  }

  /** Tells no more; what is on its way has 2 s. */
  @Override
  public void close() {
    sender.shutdown();
    try {
      if (!conversation.isDone() || !sender.awaitTermination(LAST_WORDS_MS, MILLISECONDS)) {
        sender.shutdownNow();
      }
    } catch (InterruptedException e) {
      sender.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
