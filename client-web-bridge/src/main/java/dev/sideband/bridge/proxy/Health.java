package dev.sideband.bridge.proxy;

import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the server behind says that it serves.
 *
 * <p><b>Threads.</b> Any.
 */
final class Health {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  private final Upstream upstream;
  private @Nullable CompletableFuture<Word> asking;

  Health(Upstream upstream) {
    this.upstream = upstream;
  }

  /**
   * What it says.
   *
   * @param line of text, for people
   */
  record Word(boolean serves, String line) {}

  /** Asks now, or shares in the question that is under way. Never fails. */
  synchronized CompletionStage<Word> ask() {
    CompletableFuture<Word> shared = asking;
    if (shared == null || shared.isDone()) {
      shared = asked();
      asking = shared;
    }
    return shared;
  }

  private CompletableFuture<Word> asked() {
    ServersWord word = new ServersWord();
    CallOptions options =
        CallOptions.DEFAULT
            .withDeadlineAfter(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
            .withStreamTracerFactory(word);
    Answer answer = new Answer(upstream.answers(), word);
    ClientCalls.asyncUnaryCall(
        upstream.call(HealthGrpc.getCheckMethod(), options),
        HealthCheckRequest.getDefaultInstance(),
        answer);
    return answer.heard;
  }

  /** The server's one answer, or why there is none. */
  private static final class Answer implements StreamObserver<HealthCheckResponse> {
    final CompletableFuture<Word> heard = new CompletableFuture<>();
    private final Answers answers;
    private final ServersWord word;

    Answer(Answers answers, ServersWord word) {
      this.answers = answers;
      this.word = word;
    }

    @Override
    public void onNext(HealthCheckResponse health) {
      heard.complete(
          health.getStatus() == ServingStatus.SERVING
              ? new Word(true, "ok")
              : new Word(
                  false, "the server at %s is %s".formatted(answers.server(), health.getStatus())));
    }

    @Override
    public void onError(Throwable failure) {
      var unused = answers.explain(Status.fromThrowable(failure), word).thenAccept(this::none);
    }

    private void none(Status status) {
      String words = status.getDescription() == null ? "" : ": " + status.getDescription();
      heard.complete(new Word(false, status.getCode() + words));
    }

    @Override
    public void onCompleted() {
      // It has answered before.
    }
  }
}
