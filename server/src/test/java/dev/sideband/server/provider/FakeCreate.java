package dev.sideband.server.provider;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A create that {@link FakeProvider} was asked for, to be answered by the test. Any thread. */
public final class FakeCreate {

  /** What {@link #succeed(String)} answers. */
  public static final String SDP_ANSWER =
      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";

  private final CallRequest request;
  private final CompletableFuture<CreatedCall> outcome = new CompletableFuture<>();

  FakeCreate(CallRequest request) {
    this.request = request;
  }

  /** What was asked. */
  public CallRequest request() {
    return request;
  }

  /** The call is created. */
  public void succeed(String callId) {
    succeed(new CreatedCall(new CallId(callId), SDP_ANSWER, Optional.empty(), Optional.empty()));
  }

  /** The call is created. */
  public void succeed(CreatedCall call) {
    outcome.complete(call);
  }

  /** It is not. */
  public void fail(ProviderException.Kind kind) {
    fail(new ProviderException(kind, "create: " + kind));
  }

  /** It is not. */
  public void fail(ProviderException failure) {
    outcome.completeExceptionally(failure);
  }

  CompletionStage<CreatedCall> outcome() {
    return outcome;
  }
}
