package dev.sideband.server.rpc;

import dev.sideband.v1.InputReceipt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of one stream whose receipts have not left, in the order in which they came.
 *
 * <p><b>Threads.</b> {@link #add} by the call's own callbacks, {@link #takeDecided} by the drainer;
 * both hold the monitor for a few instructions.
 *
 * <p><b>Full queue.</b> It never is: the stream asks its client for no more inputs than {@link
 * #WINDOW} before receipts have left. A client that does not read its receipts cannot send on.
 */
final class ReceiptQueue {
  static final int WINDOW = 32;

  private final Queue<CompletableFuture<InputReceipt>> undelivered = new ArrayDeque<>(WINDOW);

  synchronized void add(CompletableFuture<InputReceipt> receipt) {
    assert undelivered.size() < WINDOW : "more inputs than were asked for";
    undelivered.add(receipt);
  }

  /** Receipts from the front, up to the first input whose fate is open. */
  synchronized List<InputReceipt> takeDecided() {
    List<InputReceipt> decided = new ArrayList<>();
    for (CompletableFuture<InputReceipt> next = front(); next != null; next = front()) {
      decided.add(next.join());
      undelivered.remove();
    }
    return decided;
  }

  private @Nullable CompletableFuture<InputReceipt> front() {
    CompletableFuture<InputReceipt> next = undelivered.peek();
    return next != null && next.isDone() ? next : null;
  }

  synchronized boolean isEmpty() {
    return undelivered.isEmpty();
  }
}
