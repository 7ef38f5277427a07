package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.loopback.LoopbackConfig;
import dev.sideband.server.provider.loopback.LoopbackReport;
import dev.sideband.server.provider.loopback.LoopbackScript;
import dev.sideband.server.provider.loopback.LoopbackServer;
import io.grpc.ClientInterceptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A whole server as {@code sideband serve} opens it, on a free port of 127.0.0.1, and the callers
 * that it has.
 *
 * <p>Unless told otherwise its calls are held by the loopback inside it, without media, and its log
 * does not sync: no test here takes the power away.
 */
final class RunningServer implements AutoCloseable {
  /** What it holds when its provider is OpenAI's protocol elsewhere. */
  static final String API_KEY = "sk-whole-server-0123456789abcdef";

  private final Server server;
  private final Telemetry telemetry;
  private final ConcurrentLinkedQueue<Throwable> fatal;
  private final List<Caller> callers = new ArrayList<>();
  private boolean closed;

  private RunningServer(
      Server server, Telemetry telemetry, ConcurrentLinkedQueue<Throwable> fatal) {
    this.server = server;
    this.telemetry = telemetry;
    this.fatal = fatal;
  }

  /** Opens one; settings are {@code key=value}. */
  static RunningServer open(Path folder, String... settings) {
    ServerConfig config = config(folder, settings);
    return open(config, Telemetry.open(config.telemetry()));
  }

  /** Opens one that tells what it does to somebody. */
  static RunningServer open(Path folder, Telemetry telemetry) {
    return open(config(folder), telemetry);
  }

  private static RunningServer open(ServerConfig config, Telemetry telemetry) {
    ConcurrentLinkedQueue<Throwable> fatal = new ConcurrentLinkedQueue<>();
    return new RunningServer(Server.open(config, telemetry, fatal::add), telemetry, fatal);
  }

  static ServerConfig config(Path folder, String... settings) {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("grpc.port", "0");
    flags.put("log.rocksdb.path", folder.toString());
    flags.put("log.rocksdb.sync", "false");
    flags.put("provider", "loopback");
    flags.put("loopback.media", "none");
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      flags.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    boolean keyed = "openai".equals(flags.get("provider"));
    return ServerConfig.load(
        Optional.empty(), flags, name -> keyed ? Optional.of(API_KEY) : Optional.empty());
  }

  /** A loopback of its own, without media, that outlives servers and knows their key. */
  static LoopbackServer loopbackElsewhere() {
    return LoopbackServer.start(elsewhere(), Providers.environment());
  }

  /** The same, whose calls hear what was recorded. */
  static LoopbackServer loopbackElsewhere(LoopbackConfig.Media media, LoopbackScript script) {
    return LoopbackServer.start(elsewhere().withMedia(media), Providers.environment(), script);
  }

  /** The same over TLS only. */
  static LoopbackServer loopbackElsewhere(TestCertificate shown) {
    LoopbackConfig.Tls tls = new LoopbackConfig.Tls(shown.certificate(), shown.key());
    return LoopbackServer.start(elsewhere().withTls(tls), Providers.environment());
  }

  private static LoopbackConfig elsewhere() {
    return LoopbackConfig.defaults()
        .withMedia(LoopbackConfig.Media.NONE)
        .withApiKey(API_KEY)
        .withDelays(
            new LoopbackConfig.Delays(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));
  }

  /** Settings for a server whose calls are held by a loopback elsewhere. */
  static String[] heldBy(LoopbackServer loopback, String... more) {
    List<String> settings = new ArrayList<>();
    settings.add("provider=openai");
    settings.add("openai.base-url=" + loopback.baseUri());
    settings.addAll(List.of(more));
    return settings.toArray(new String[0]);
  }

  Caller caller(ClientInterceptor... interceptors) {
    Caller caller = Caller.of(port(), interceptors);
    callers.add(caller);
    return caller;
  }

  int port() {
    return server.port();
  }

  int metricsPort() {
    return telemetry.metricsPort().orElseThrow();
  }

  LoopbackServer loopback() {
    return server.loopback().orElseThrow();
  }

  LoopbackReport report() {
    return loopback().report();
  }

  /** Closes callers, then the server; safe to repeat. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    callers.forEach(Caller::close);
    server.close();
    telemetry.close();
    assertThat(fatal).isEmpty();
  }
}
