package dev.sideband.server.provider;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A hang-up that {@link FakeProvider} was asked for. Any thread. */
public final class FakeHangUp {
  private final CallId call;
  private final CompletableFuture<HangUpOutcome> outcome = new CompletableFuture<>();

  FakeHangUp(CallId call) {
    this.call = call;
  }

  /** Which call. */
  public CallId call() {
    return call;
  }

  /** The provider confirms. */
  public void succeed() {
    succeed(HangUpOutcome.HUNG_UP);
  }

  /** The provider answers. */
  public void succeed(HangUpOutcome answer) {
    outcome.complete(answer);
  }

  /** The provider does not confirm. */
  public void fail(ProviderException.Kind kind) {
    outcome.completeExceptionally(new ProviderException(kind, "hang-up: " + kind));
  }

  /** Whether it was answered, one way or the other. */
  public boolean isAnswered() {
    return outcome.isDone();
  }

  /** Whether the provider confirmed that the call is no more. */
  public boolean isConfirmed() {
    return outcome.isDone() && !outcome.isCompletedExceptionally();
  }

  CompletionStage<HangUpOutcome> outcome() {
    return outcome;
  }
}
