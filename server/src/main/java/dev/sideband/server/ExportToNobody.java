package dev.sideband.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * An OpenTelemetry configuration whose collector is one of ours that keeps nothing: a rehearsal is
 * no news for the real one.
 *
 * <p><b>Threads.</b> One of the JDK's takes what is exported.
 */
final class ExportToNobody implements AutoCloseable {
  private static final Pattern COLLECTOR =
      Pattern.compile("\\$\\{OTEL_EXPORTER_OTLP_ENDPOINT(:-[^}]*)?}");

  private final HttpServer nobody;
  private final Path configuration;

  private ExportToNobody(HttpServer nobody, Path configuration) {
    this.nobody = nobody;
    this.configuration = configuration;
  }

  /**
   * As {@code otel} says, but for where to.
   *
   * @param folder where the configuration is put
   * @throws ConfigException if there is none, or it does not name its collector as ours does
   */
  static ExportToNobody as(Path otel, Path folder) throws IOException {
    String shipped = Files.exists(otel) ? Files.readString(otel) : "";
    if (!COLLECTOR.matcher(shipped).find()) {
      throw ConfigException.invalid("--otel", otel, "to export to ${OTEL_EXPORTER_OTLP_ENDPOINT}");
    }
    HttpServer nobody =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    nobody.createContext("/", ExportToNobody::take);
    nobody.start();
    String there = "http://127.0.0.1:" + nobody.getAddress().getPort();
    Path configuration = folder.resolve("otel.yaml");
    Files.writeString(configuration, COLLECTOR.matcher(shipped).replaceAll(there));
    return new ExportToNobody(nobody, configuration);
  }

  private static void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  Path configuration() {
    return configuration;
  }

  @Override
  public void close() {
    nobody.stop(0);
  }
}
