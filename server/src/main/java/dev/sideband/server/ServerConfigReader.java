package dev.sideband.server;

import dev.sideband.server.ServerConfig.Grpc;
import dev.sideband.server.ServerConfig.Loopback;
import dev.sideband.server.ServerConfig.Media;
import dev.sideband.server.ServerConfig.OnExit;
import dev.sideband.server.ServerConfig.OpenAi;
import dev.sideband.server.ServerConfig.ProviderChoice;
import dev.sideband.server.ServerConfig.Repair;
import dev.sideband.server.ServerConfig.Session;
import dev.sideband.server.ServerConfig.Telemetry;
import dev.sideband.server.ServerConfig.Tls;
import dev.sideband.server.log.rocksdb.RetentionConfig;
import dev.sideband.server.log.rocksdb.RocksDbConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Makes a {@link ServerConfig} of settings; knows every key and its default. */
final class ServerConfigReader {
  private final Settings settings;
  private final SettingsReader keys;
  private final Function<String, Optional<String>> environment;

  ServerConfigReader(Settings settings, Function<String, Optional<String>> environment) {
    this.settings = settings;
    this.keys = new SettingsReader(settings);
    this.environment = environment;
  }

  ServerConfig read() {
    try {
      OpenAi openAi = openAi();
      ProviderChoice provider =
          keys.choice("provider", ProviderChoice.class)
              .orElse(openAi.lacksKey() ? ProviderChoice.LOOPBACK : ProviderChoice.OPENAI);
      ServerConfig config =
          new ServerConfig(
              grpc(),
              log(),
              retention(),
              provider,
              openAi,
              loopback(),
              session(),
              repair(),
              telemetry(),
              ConsoleConfig.of(keys.text(ConsoleConfig.PORT_KEY, "8080")),
              webRtc());
      settings.requireAllKnown();
      return config;
    } catch (ConfigException e) {
      throw settings.located(e);
    }
  }

  private Grpc grpc() {
    Optional<Path> certificate = keys.readableFile("grpc.tls.certificate");
    Optional<Path> key = keys.readableFile("grpc.tls.key");
    if (certificate.isPresent() != key.isPresent()) {
      String missing = certificate.isPresent() ? "grpc.tls.key" : "grpc.tls.certificate";
      throw ConfigException.invalid(missing, "unset", "certificate and key, or neither");
    }
    return new Grpc(
        keys.text("grpc.address", "127.0.0.1"),
        keys.number("grpc.port", 50051),
        certificate.flatMap(file -> key.map(keyFile -> new Tls(file, keyFile))),
        keys.readableFile("grpc.tokens-file"),
        keys.truth("grpc.insecure", false));
  }

  private RocksDbConfig log() {
    RocksDbConfig unset =
        RocksDbConfig.at(Path.of(keys.text("log.rocksdb.path", "./sideband-data")));
    return new RocksDbConfig(
        unset.path(),
        keys.truth("log.rocksdb.sync", unset.sync()),
        keys.bytes("log.rocksdb.min-free", unset.minFree()),
        unset.queueItems(),
        unset.queueBytes());
  }

  private RetentionConfig retention() {
    String key = "log.retention.max-bytes";
    long maxBytes = keys.bytes(key, 0);
    if (maxBytes > 0 && maxBytes < RetentionConfig.LEAST_BYTES) {
      throw ConfigException.invalid(key, maxBytes + "B", "0, or 64MiB or more");
    }
    return new RetentionConfig(keys.duration("log.retention.max-age", Duration.ZERO), maxBytes);
  }

  private OpenAi openAi() {
    return new OpenAi(
        url("openai.base-url", "https://api.openai.com/v1"),
        secret("openai.api-key", "OPENAI_API_KEY"),
        keys.readableFile("openai.trusted-certificates"),
        keys.text("openai.model"),
        keys.duration("openai.create-timeout", Duration.ofSeconds(15)),
        keys.duration("openai.handshake-timeout", Duration.ofSeconds(10)),
        keys.duration("openai.join-window", Duration.ofSeconds(10)),
        keys.duration("openai.rejoin-window", Duration.ofSeconds(60)),
        keys.duration("openai.session-limit", Duration.ofMinutes(60)),
        keys.duration("openai.keep-warm", Duration.ofSeconds(15)));
  }

  private URI url(String key, String unset) {
    String text = keys.text(key, unset);
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw ConfigException.invalid(key, "not a URL", "such as " + unset);
    }
  }

  /** From the file that a key names, else from the environment variable that another does. */
  private Optional<Secret> secret(String key, String unsetVariable) {
    String fileKey = key + "-file";
    Optional<Path> file = keys.readableFile(fileKey);
    String variable = keys.text(key + "-env", unsetVariable);
    return file.isPresent()
        ? file.map(path -> secretIn(fileKey, path))
        : environment.apply(variable).filter(value -> !value.isBlank()).map(Secret::new);
  }

  private static Secret secretIn(String key, Path file) {
    try {
      String value = Files.readString(file).strip();
      if (value.isEmpty()) {
        throw ConfigException.invalid(key, file, "a file with a key in it");
      }
      return new Secret(value);
    } catch (IOException e) {
      throw ConfigException.invalid(key, file, "a file that can be read");
    }
  }

  private Loopback loopback() {
    return new Loopback(
        keys.text("loopback.listen", "127.0.0.1"),
        keys.number("loopback.port", 0),
        keys.choice("loopback.media", Media.class).orElse(Media.WEBRTC),
        keys.duration("loopback.create-delay", Duration.ZERO),
        keys.duration("loopback.join-delay", Duration.ZERO),
        keys.duration("loopback.session-limit", Duration.ofMinutes(60)),
        keys.duration("loopback.no-media-timeout", Duration.ofSeconds(30)));
  }

  private Session session() {
    return new Session(
        keys.number("session.coordinators", 0),
        keys.duration("session.start-timeout", Duration.ofSeconds(30)),
        keys.duration("session.configure-timeout", Duration.ofSeconds(10)),
        keys.duration("session.hang-up-timeout", Duration.ofSeconds(10)),
        keys.duration("session.max-duration", Duration.ZERO),
        keys.duration("session.idle-timeout", Duration.ZERO),
        keys.number("session.max-pending-inputs", 256),
        keys.duration("session.renew-before", Duration.ofMinutes(5)),
        keys.choice("session.on-exit", OnExit.class).orElse(OnExit.LEAVE),
        keys.readableFile("session.prices-file"));
  }

  private Repair repair() {
    return new Repair(keys.truth("repair.probe", true));
  }

  private Telemetry telemetry() {
    return new Telemetry(
        keys.readableFile("telemetry.otel"), keys.number("telemetry.metrics-port"));
  }

  private WebRtcConfig webRtc() {
    return new WebRtcConfig(
        keys.list(WebRtcConfig.STUN_KEY),
        keys.list(WebRtcConfig.TURN_KEY),
        secret(WebRtcConfig.SECRET_KEY, "SIDEBAND_TURN_SECRET"),
        keys.duration(WebRtcConfig.LIFETIME_KEY, Duration.ofHours(2)));
  }
}
