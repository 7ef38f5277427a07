package dev.sideband.server;

import dev.sideband.server.log.rocksdb.RetentionConfig;
import dev.sideband.server.log.rocksdb.RocksDbConfig;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Everything that a server can be told, checked. {@code server-sample.yaml} says what each key
 * means; the records here say what each may be.
 *
 * @param log where the embedded log is, and how it stores
 * @param retention which of its ended conversations it keeps
 * @param provider who holds the calls
 */
public record ServerConfig(
    Grpc grpc,
    RocksDbConfig log,
    RetentionConfig retention,
    ProviderChoice provider,
    OpenAi openAi,
    Loopback loopback,
    Session session,
    Repair repair,
    Telemetry telemetry,
    ConsoleConfig console,
    WebRtcConfig webRtc) {

  public ServerConfig {
    if (provider == ProviderChoice.OPENAI && openAi.lacksKey()) {
      throw ConfigException.invalid(
          "provider",
          "openai",
          "an API key in the environment (openai.api-key-env) or in openai.api-key-file, or"
              + " another server in openai.base-url");
    }
  }

  /**
   * Reads a file, if there is one, with flags over it.
   *
   * @param flags values by dotted key, such as {@code grpc.port}
   * @param environment looks up an environment variable; asked for secrets only
   * @throws ConfigException if anything is not as it must be
   */
  public static ServerConfig load(
      Optional<Path> file,
      Map<String, String> flags,
      Function<String, Optional<String>> environment) {
    Settings settings = Settings.read(file, flags);
    return new ServerConfigReader(settings, environment).read();
  }

  /** Who holds the calls. */
  public enum ProviderChoice {
    /** A provider inside this process. */
    LOOPBACK,
    /** OpenAI, or whoever speaks its protocol. */
    OPENAI
  }

  /** What becomes of conversations when the server stops. */
  public enum OnExit {
    /** They end, and their calls are hung up. */
    END,
    /** Their calls live on, and the next start rejoins them; not those of the loopback inside. */
    LEAVE
  }

  /** What the loopback does about sound. */
  public enum Media {
    /** A real peer connection. */
    WEBRTC,
    /** An answer that no media follows: for load tests. */
    NONE
  }

  /**
   * Where callers come in.
   *
   * @param insecure whether another address than a loopback one needs neither TLS nor tokens
   */
  public record Grpc(
      String address, int port, Optional<Tls> tls, Optional<Path> tokensFile, boolean insecure) {

    public Grpc {
      requirePort("grpc.port", port);
      boolean guarded = insecure || (tls.isPresent() && tokensFile.isPresent());
      if (!guarded && !isLoopback(address)) {
        throw ConfigException.invalid(
            "grpc.address",
            address,
            "a loopback address, or grpc.tls and grpc.tokens-file, or grpc.insecure: true");
      }
    }
  }

  /** PEM files. */
  public record Tls(Path certificate, Path key) {}

  /**
   * How to speak to OpenAI.
   *
   * @param apiKey empty if there is none
   * @param trustedCertificates PEM; empty = whom Java trusts
   * @param model for callers that name none; empty = the protocol's own
   * @param joinWindow how long joining a new call is tried
   * @param rejoinWindow how long rejoining one whose sideband was lost is tried
   * @param sessionLimit how long a call lasts there, unless the provider says so itself
   * @param keepWarm idle time after which the connection is probed; zero = never
   */
  public record OpenAi(
      URI baseUrl,
      Optional<Secret> apiKey,
      Optional<Path> trustedCertificates,
      Optional<String> model,
      Duration createTimeout,
      Duration handshakeTimeout,
      Duration joinWindow,
      Duration rejoinWindow,
      Duration sessionLimit,
      Duration keepWarm) {

    public OpenAi {
      String host = Optional.ofNullable(baseUrl.getHost()).orElse("");
      boolean confidential =
          "https".equals(baseUrl.getScheme())
              || ("http".equals(baseUrl.getScheme()) && isLoopback(host));
      if (!confidential || host.isEmpty() || baseUrl.getRawUserInfo() != null) {
        throw ConfigException.invalid(
            "openai.base-url",
            withoutUser(baseUrl),
            "https://..., or http:// to this machine; the API key goes there");
      }
      requirePositive("openai.create-timeout", createTimeout);
      requirePositive("openai.handshake-timeout", handshakeTimeout);
      requirePositive("openai.join-window", joinWindow);
      requirePositive("openai.rejoin-window", rejoinWindow);
      requirePositive("openai.session-limit", sessionLimit);
    }

    /** Whether the server is OpenAI's own, which serves nobody without a key. */
    boolean isOpenAisOwn() {
      String host = baseUrl.getHost().toLowerCase(Locale.ROOT);
      return host.equals("openai.com") || host.endsWith(".openai.com");
    }

    /** Whether there is no key where one is needed; another server may ask for none. */
    boolean lacksKey() {
      return isOpenAisOwn() && apiKey.isEmpty();
    }
  }

  /**
   * The provider inside this process.
   *
   * @param port zero = any free one
   * @param sessionLimit how long a call may last
   * @param noMediaTimeout after which a call without media is dropped
   */
  public record Loopback(
      String listen,
      int port,
      Media media,
      Duration createDelay,
      Duration joinDelay,
      Duration sessionLimit,
      Duration noMediaTimeout) {

    public Loopback {
      requirePort("loopback.port", port);
      if (!isLoopback(listen)) {
        throw ConfigException.invalid(
            "loopback.listen", listen, "a loopback address: it asks for no key");
      }
      requirePositive("loopback.session-limit", sessionLimit);
      requirePositive("loopback.no-media-timeout", noMediaTimeout);
    }
  }

  /**
   * How conversations are held.
   *
   * @param coordinators threads that own conversations; zero = one for each processor
   * @param maxDuration zero = no limit
   * @param idleTimeout zero = no limit
   * @param maxPendingInputs how many inputs of a conversation may wait for the provider
   * @param renewBefore how long before a call's end it is told to be renewed
   * @param pricesFile what models are billed at; empty = nobody knows
   */
  public record Session(
      int coordinators,
      Duration startTimeout,
      Duration configureTimeout,
      Duration hangUpTimeout,
      Duration maxDuration,
      Duration idleTimeout,
      int maxPendingInputs,
      Duration renewBefore,
      OnExit onExit,
      Optional<Path> pricesFile) {

    public Session {
      requireRange("session.coordinators", coordinators, 0, 64);
      requirePositive("session.start-timeout", startTimeout);
      requirePositive("session.configure-timeout", configureTimeout);
      requirePositive("session.hang-up-timeout", hangUpTimeout);
      requireRange("session.max-pending-inputs", maxPendingInputs, 1, 10_000);
      requirePositive("session.renew-before", renewBefore);
    }
  }

  /**
   * What is done about a gap in a sideband.
   *
   * @param probe whether the end of the conversation is looked for
   */
  public record Repair(boolean probe) {}

  /**
   * Whom the server tells what it does; nobody, unless told.
   *
   * @param otel an OpenTelemetry configuration
   * @param metricsPort where 127.0.0.1 serves metrics to Prometheus; zero = any free one
   */
  public record Telemetry(Optional<Path> otel, OptionalInt metricsPort) {

    public Telemetry {
      metricsPort.ifPresent(port -> requirePort("telemetry.metrics-port", port));
    }
  }

  private static void requirePort(String key, int port) {
    requireRange(key, port, 0, 65_535);
  }

  private static void requireRange(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw ConfigException.invalid(key, value, least + " to " + most);
    }
  }

  private static void requirePositive(String key, Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      throw ConfigException.invalid(key, duration.toMillis() + "ms", "more than 0");
    }
  }

  private static String withoutUser(URI url) {
    return url.toString().replaceFirst("//[^/@]*@", "//***@");
  }

  private static final Pattern ADDRESS_LITERAL = Pattern.compile("[0-9.]+|\\[?[0-9a-fA-F:.]*:.*");

  /** Whether a host is this machine, by its spelling: nothing is looked up. */
  private static boolean isLoopback(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    if (!ADDRESS_LITERAL.matcher(host).matches()) {
      return false;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
