package dev.sideband.bridge.proxy;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code GET /healthz}: 200 {@code ok} when the server behind says that it serves, else 503. */
final class HealthPage extends AbstractHttpService {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  private final Upstream upstream;

  /** Asks this server, each time that somebody asks here. */
  HealthPage(Upstream upstream) {
    this.upstream = upstream;
  }

  @Override
  protected HttpResponse doGet(ServiceRequestContext ctx, HttpRequest request) {
    ServersWord word = new ServersWord();
    CallOptions options =
        CallOptions.DEFAULT
            .withDeadlineAfter(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
            .withStreamTracerFactory(word);
    Answer answer = new Answer(upstream.answers(), word);
    try {
      ClientCalls.asyncUnaryCall(
          upstream.call(HealthGrpc.getCheckMethod(), options),
          HealthCheckRequest.getDefaultInstance(),
          answer);
    } catch (StatusRuntimeException noRoom) {
      answer.onError(noRoom);
    }
    return HttpResponse.of(answer.page);
  }

  private static HttpResponse page(HttpStatus status, String line) {
    return HttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, line + "\n");
  }

  /** The server's one answer, as a page. */
  private static final class Answer implements StreamObserver<HealthCheckResponse> {
    final CompletableFuture<HttpResponse> page = new CompletableFuture<>();
    private final Answers answers;
    private final ServersWord word;

    Answer(Answers answers, ServersWord word) {
      this.answers = answers;
      this.word = word;
    }

    @Override
    public void onNext(HealthCheckResponse health) {
      page.complete(
          health.getStatus() == ServingStatus.SERVING
              ? page(HttpStatus.OK, "ok")
              : page(
                  HttpStatus.SERVICE_UNAVAILABLE,
                  "the server at %s is %s".formatted(answers.server(), health.getStatus())));
    }

    @Override
    public void onError(Throwable failure) {
      Status status = answers.explain(Status.fromThrowable(failure), word.isGiven());
      String words = status.getDescription() == null ? "" : ": " + status.getDescription();
      page.complete(page(HttpStatus.SERVICE_UNAVAILABLE, status.getCode() + words));
    }

    @Override
    public void onCompleted() {
      // It has answered before.
    }
  }
}
