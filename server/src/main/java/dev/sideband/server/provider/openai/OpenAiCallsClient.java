package dev.sideband.server.provider.openai;

import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.CallRequest;
import dev.sideband.server.provider.CreatedCall;
import dev.sideband.server.provider.HangUpOutcome;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.provider.ProviderException.Kind;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates calls and hangs them up.
 *
 * <p><b>Promise.</b> A create is sent once: a lost answer may have created a call. When its answer
 * cannot be used but names the call, the call is hung up. A hang-up is repeated a little within its
 * timeout, which harms nobody.
 *
 * <p><b>Threads.</b> Any may call; nothing waits.
 */
final class OpenAiCallsClient {
  private static final Logger LOG = LoggerFactory.getLogger(OpenAiCallsClient.class);
  private static final int MAX_ANSWER = 256 * 1024;
  private static final int MAX_ERROR = 64 * 1024;
  private static final int HANG_UP_ATTEMPTS = 4;
  private static final Duration HANG_UP_PAUSE = Duration.ofMillis(200);
  private static final Pattern PROCESSING = Pattern.compile("\\d{1,9}(\\.\\d{1,6})?");
  private static final String CREATE = "create call";
  private static final String HANG_UP = "hang up";

  private final OpenAiConfig config;
  private final OpenAiResources resources;
  private final Endpoints endpoints;
  private final HttpLane lane;
  private final Timer timer;
  private final HttpFailures failures;

  OpenAiCallsClient(OpenAiConfig config, OpenAiResources resources, HttpLane lane) {
    this.config = config;
    this.resources = resources;
    this.endpoints = new Endpoints(config.baseUri());
    this.lane = lane;
    this.timer = new Timer(resources.timer());
    this.failures = new HttpFailures(resources.clock());
  }

  CompletableFuture<CreatedCall> create(CallRequest request) {
    String session = SessionWriter.forCreate(request.session(), config.defaultModel()).toString();
    MultipartOffer offer = MultipartOffer.of(request.sdpOffer(), session, resources.random());
    HttpRequest.Builder post =
        lane.request(endpoints.calls())
            .header("Content-Type", offer.contentType())
            .header("Accept", "application/sdp, application/json")
            .POST(BodyPublishers.ofByteArray(offer.bytes()));
    if (!request.traceparent().isEmpty()) {
      post.header("traceparent", request.traceparent());
    }
    CompletableFuture<CreatedCall> outcome = new CompletableFuture<>();
    lane.send(
        post.build(),
        config.timeouts().create(),
        MAX_ANSWER,
        (reply, failure) -> {
          try {
            outcome.complete(created(answered(reply, failure)));
          } catch (ProviderException e) {
            outcome.completeExceptionally(e);
          } catch (RuntimeException e) { // Our fault; but who waits must hear, and may hang up.
            outcome.completeExceptionally(
                new ProviderException(
                    Kind.ANSWER_INVALID, "create: the answer was not understood"));
          }
        });
    return outcome;
  }

  private HttpReply answered(@Nullable HttpReply reply, @Nullable Throwable failure) {
    if (reply != null) {
      return reply;
    }
    throw mayExist(failures.unanswered(CREATE, Objects.requireNonNull(failure)));
  }

  private CreatedCall created(HttpReply reply) {
    if (!reply.isSuccess()) {
      throw failures.refused(CREATE, reply);
    }
    Optional<CallId> id = CallLocation.tryParse(reply.header("location"));
    if (id.isEmpty()) {
      throw new ProviderException(
          Kind.ANSWER_INVALID,
          CREATE
              + ": no call id in Location (expected: .../rtc_...);"
              + " a call may exist that cannot be hung up");
    }
    Optional<String> answer = reply.complete() ? reply.text() : Optional.empty();
    if (answer.isEmpty() || !answer.get().startsWith("v=0")) {
      hangUpUnusable(id.get());
      throw new ProviderException(Kind.ANSWER_INVALID, CREATE + ": " + fault(reply, answer));
    }
    return new CreatedCall(id.get(), answer.get(), Optional.empty(), processing(reply));
  }

  private static String fault(HttpReply reply, Optional<String> answer) {
    if (!reply.complete()) {
      return "the answer broke off or is too long (expected: an SDP answer)";
    }
    return answer.isEmpty()
        ? "the answer is not UTF-8 (expected: an SDP answer)"
        : "the answer is not SDP (expected: v=0 first)";
  }

  private void hangUpUnusable(CallId call) {
    CompletableFuture<?> unused =
        hangUp(call)
            .exceptionally(
                failure -> {
                  LOG.warn("{}: a call whose answer is unusable is not hung up", config.name());
                  return null;
                });
  }

  private static ProviderException mayExist(ProviderException failure) {
    return failure.kind() == Kind.UNREACHABLE
        ? failure
        : new ProviderException(
            failure.kind(), failure.getMessage() + "; a call may have been created");
  }

  /** OpenAI says whole milliseconds; a fraction is taken as it is. */
  private static Optional<Duration> processing(HttpReply reply) {
    String millis = reply.header("openai-processing-ms").strip();
    return PROCESSING.matcher(millis).matches()
        ? Optional.of(Duration.ofNanos(new BigDecimal(millis).movePointRight(6).longValue()))
        : Optional.empty();
  }

  CompletableFuture<HangUpOutcome> hangUp(CallId call) {
    CompletableFuture<HangUpOutcome> outcome = new CompletableFuture<>();
    long deadline = resources.nanoTime().getAsLong() + config.timeouts().hangUp().toNanos();
    attempt(new HangUp(call, deadline, outcome), 1);
    return outcome;
  }

  private record HangUp(
      CallId call, long deadlineNanos, CompletableFuture<HangUpOutcome> outcome) {}

  private void attempt(HangUp hangUp, int number) {
    Duration left = left(hangUp);
    // A share each, so that one attempt into a black hole leaves time for the next.
    Duration share = number == HANG_UP_ATTEMPTS ? left : left.dividedBy(2);
    HttpRequest post =
        lane.request(endpoints.hangUp(hangUp.call())).POST(BodyPublishers.noBody()).build();
    lane.send(
        post, share, MAX_ERROR, (reply, failure) -> attempted(hangUp, number, reply, failure));
  }

  private void attempted(
      HangUp hangUp, int number, @Nullable HttpReply reply, @Nullable Throwable failure) {
    if (reply != null && reply.isSuccess()) {
      hangUp.outcome().complete(HangUpOutcome.HUNG_UP);
      return;
    }
    if (reply != null && reply.status() == 404) {
      hangUp.outcome().complete(HangUpOutcome.ALREADY_GONE);
      return;
    }
    ProviderException why =
        reply != null
            ? failures.refused(HANG_UP, reply)
            : failures.unanswered(HANG_UP, Objects.requireNonNull(failure));
    Duration pause = HANG_UP_PAUSE.multipliedBy(1L << (number - 1));
    boolean again =
        number < HANG_UP_ATTEMPTS
            && mayHelp(why.kind())
            && !(failure instanceof HttpLane.LaneClosedException)
            && left(hangUp).compareTo(pause.multipliedBy(2)) > 0;
    if (!again || !timer.tryIn(pause, () -> attempt(hangUp, number + 1))) {
      hangUp.outcome().completeExceptionally(why);
    }
  }

  private Duration left(HangUp hangUp) {
    return Duration.ofNanos(hangUp.deadlineNanos() - resources.nanoTime().getAsLong());
  }

  private static boolean mayHelp(Kind kind) {
    return switch (kind) {
      case UNREACHABLE, TIMED_OUT, RATE_LIMITED, FAILED, ANSWER_INVALID -> true;
      case UNAUTHORIZED, NOT_FOUND, QUOTA, REFUSED -> false;
    };
  }
}
