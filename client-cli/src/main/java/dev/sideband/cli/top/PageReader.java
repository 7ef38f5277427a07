package dev.sideband.cli.top;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Fetches a server's page of metrics.
 *
 * <p><b>Errors.</b> Each is a {@link CliException} that says what to do. <b>Threads.</b> One.
 */
final class PageReader {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final String TEXT = "text/plain; version=0.0.4";

  private final String address;
  private final HttpClient client;
  private final HttpRequest request;

  private PageReader(String address, URI page) {
    this.address = address;
    client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_WITHIN)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
    request = HttpRequest.newBuilder(page).header("accept", TEXT).timeout(ANSWER_WITHIN).build();
  }

  /** For the server whose metrics are at {@code HOST:PORT}. */
  static PageReader of(String address) {
    try {
      URI page = URI.create("http://" + address + "/metrics");
      if (page.getHost() != null
          && page.getPort() > 0
          && page.getPort() <= 65_535
          && address.equals(page.getHost() + ":" + page.getPort())) {
        return new PageReader(address, page);
      }
    } catch (IllegalArgumentException e) {
      throw malformed(address);
    }
    throw malformed(address);
  }

  private static CliException malformed(String address) {
    return new CliException(
        ExitCode.USAGE,
        "--metrics: " + address + " (expected: HOST:PORT, for example " + Top.DEFAULT + ")");
  }

  String address() {
    return address;
  }

  /** What it says now. */
  Page read() {
    HttpResponse<String> answer = fetch();
    if (answer.statusCode() != 200) {
      throw strange("answers with status " + answer.statusCode());
    }
    try {
      Page page = Page.of(answer.body());
      if (page.isEmpty()) {
        throw strange("serves no metric of Sideband's");
      }
      return page;
    } catch (IllegalArgumentException e) {
      throw strange("serves something other than Prometheus text (" + e.getMessage() + ")");
    }
  }

  private HttpResponse<String> fetch() {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new CliException(
          ExitCode.NO_SERVER,
          e,
          "no metrics at " + address + " (" + reason(e) + ")",
          "start the server with:  ./sideband serve --metrics-port " + request.uri().getPort());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.INTERRUPTED, e, "interrupted");
    }
  }

  private static String reason(IOException e) {
    if (e instanceof ConnectException) {
      return e.getCause() != null && e.getCause().getCause() instanceof UnresolvedAddressException
          ? "unknown host"
          : "connection refused";
    }
    return e instanceof HttpTimeoutException ? "no answer in time" : "the connection broke off";
  }

  private CliException strange(String what) {
    return new CliException(
        ExitCode.FAILED,
        "what listens at " + address + " " + what,
        "say where the server's metrics are:  ./sideband top --metrics HOST:PORT");
  }
}
