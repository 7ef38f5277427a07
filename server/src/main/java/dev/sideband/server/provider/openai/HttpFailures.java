package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.provider.ProviderException.Kind;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Says what a refusal, or no answer at all, means for the caller. */
final class HttpFailures {
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final InstantSource clock;

  HttpFailures(InstantSource clock) {
    this.clock = clock;
  }

  /** A reply that is no success. */
  ProviderException refused(String what, HttpReply reply) {
    JsonNode error = error(reply);
    String code = ErrorEvents.code(error);
    Kind kind = kind(reply.status(), error);
    StringBuilder message = new StringBuilder(what).append(": HTTP ").append(reply.status());
    if (!code.isEmpty()) {
      message.append(' ').append(PublicText.of(code));
    }
    String said = PublicText.of(Json.text(error, "message"));
    // What a provider says about a bad key quotes the key.
    if (kind != Kind.UNAUTHORIZED && !said.isEmpty()) {
      message.append(": ").append(said);
    }
    return new ProviderException(kind, message.toString(), retryAfter(reply));
  }

  /** No reply. */
  ProviderException unanswered(String what, Throwable failure) {
    if (failure instanceof HttpConnectTimeoutException
        || failure instanceof ConnectException
        || failure instanceof UnresolvedAddressException
        || failure.getCause() instanceof UnresolvedAddressException) {
      return new ProviderException(
          Kind.UNREACHABLE, what + ": no connection (expected: the base URL's host answers)");
    }
    if (failure instanceof SSLException) {
      return new ProviderException(
          Kind.UNREACHABLE, what + ": TLS failed (expected: a certificate that is trusted)");
    }
    if (failure instanceof HttpTimeoutException) {
      return new ProviderException(Kind.TIMED_OUT, what + ": no answer in time");
    }
    if (failure instanceof HttpLane.LaneClosedException) {
      return new ProviderException(Kind.TIMED_OUT, what + ": closed while waiting for the answer");
    }
    return new ProviderException(
        Kind.ANSWER_INVALID, what + ": the connection broke before the answer came");
  }

  private static JsonNode error(HttpReply reply) {
    ObjectNode body = reply.text().flatMap(Json::tryRead).orElseGet(Json::object);
    return body.path("error").isObject() ? body.path("error") : body;
  }

  private static Kind kind(int status, JsonNode error) {
    if (ErrorEvents.QUOTA.contains(Json.text(error, "code"))
        || ErrorEvents.QUOTA.contains(Json.text(error, "type"))) {
      return Kind.QUOTA;
    }
    return switch (status) {
      case 401, 403 -> Kind.UNAUTHORIZED;
      case 402 -> Kind.QUOTA;
      case 404 -> Kind.NOT_FOUND;
      case 429 -> Kind.RATE_LIMITED;
      default -> status >= 500 ? Kind.FAILED : Kind.REFUSED;
    };
  }

  private Optional<Duration> retryAfter(HttpReply reply) {
    String text = reply.header("retry-after").strip();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Duration wait =
          text.chars().allMatch(c -> c >= '0' && c <= '9') && text.length() < 10
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(
                  clock.instant(),
                  ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return Optional.of(wait).filter(d -> !d.isNegative() && d.compareTo(LONGEST_WAIT) <= 0);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
