package dev.sideband.server;

import dev.sideband.server.provider.RealtimeProvider;
import dev.sideband.server.provider.loopback.LoopbackConfig;
import dev.sideband.server.provider.loopback.LoopbackEnvironment;
import dev.sideband.server.provider.loopback.LoopbackServer;
import dev.sideband.server.provider.openai.ApiKey;
import dev.sideband.server.provider.openai.OpenAiConfig;
import dev.sideband.server.provider.openai.OpenAiProvider;
import dev.sideband.server.provider.openai.OpenAiResources;
import dev.sideband.server.provider.openai.OpenAiTimeouts;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The provider that the configuration chooses, and the loopback behind it if it is that: one code
 * path speaks to both, over the wire.
 */
final class Providers implements AutoCloseable {
  private final RealtimeProvider provider;
  private final @Nullable LoopbackServer loopback;

  private Providers(RealtimeProvider provider, @Nullable LoopbackServer loopback) {
    this.provider = provider;
    this.loopback = loopback;
  }

  /**
   * Connects to nobody yet, but for keeping a connection warm.
   *
   * @throws ConfigException if the certificates to trust cannot be read
   */
  static Providers open(ServerConfig config, ScheduledExecutorService timer) {
    if (config.provider() == ServerConfig.ProviderChoice.OPENAI) {
      ServerConfig.OpenAi openAi = config.openAi();
      ApiKey key = openAi.apiKey().map(secret -> new ApiKey(secret.value())).orElse(ApiKey.NONE);
      SSLContext tls =
          openAi
              .trustedCertificates()
              .map(TrustedCertificates::in)
              .orElseGet(TrustedCertificates::ofThisMachine);
      OpenAiConfig speaking = speaking("OpenAI", openAi.baseUrl(), key, config);
      return new Providers(new OpenAiProvider(speaking, resources(timer, tls)), null);
    }
    LoopbackServer loopback = LoopbackServer.start(loopback(config.loopback()), environment());
    ApiKey key = new ApiKey(UUID.randomUUID().toString());
    OpenAiConfig speaking = speaking("loopback", loopback.baseUri(), key, config);
    SSLContext tls = TrustedCertificates.ofThisMachine();
    return new Providers(new OpenAiProvider(speaking, resources(timer, tls)), loopback);
  }

  static LoopbackEnvironment environment() {
    return new LoopbackEnvironment(Clock.systemUTC(), System::nanoTime, UUID::randomUUID);
  }

  private static OpenAiConfig speaking(String name, URI base, ApiKey key, ServerConfig config) {
    ServerConfig.OpenAi openAi = config.openAi();
    OpenAiTimeouts plain = OpenAiTimeouts.DEFAULT;
    OpenAiTimeouts timeouts =
        new OpenAiTimeouts(
            plain.connect(),
            openAi.createTimeout(),
            config.session().hangUpTimeout(),
            openAi.handshakeTimeout(),
            openAi.keepWarm().isZero() ? Duration.ofDays(3650) : openAi.keepWarm(),
            plain.probe(),
            plain.pingAfterSilence(),
            plain.deadAfterSilence(),
            plain.readerStall());
    return new OpenAiConfig(
        name,
        base,
        key,
        Optional.empty(),
        Optional.empty(),
        openAi.model().orElse(OpenAiConfig.DEFAULT_MODEL),
        timeouts);
  }

  private static OpenAiResources resources(ScheduledExecutorService timer, SSLContext tls) {
    return new OpenAiResources(
        new NamedThreads("provider"),
        timer,
        Clock.systemUTC(),
        System::nanoTime,
        new SecureRandom(),
        tls);
  }

  private static LoopbackConfig loopback(ServerConfig.Loopback config) {
    LoopbackConfig plain = LoopbackConfig.defaults();
    LoopbackConfig.Media media =
        config.media() == ServerConfig.Media.WEBRTC
            ? LoopbackConfig.Media.WEBRTC
            : LoopbackConfig.Media.NONE;
    return new LoopbackConfig(
        config.listen(),
        config.port(),
        media,
        plain.tls(), // What speaks to it is in this process.
        plain.apiKey(),
        new LoopbackConfig.Delays(
            config.createDelay(),
            config.joinDelay(),
            plain.delays().delta(),
            plain.delays().echo()),
        new LoopbackConfig.Limits(
            config.sessionLimit(), config.noMediaTimeout(), plain.limits().calls()),
        plain.handoffTool(),
        plain.witness());
  }

  RealtimeProvider provider() {
    return provider;
  }

  /** The loopback's, if calls are held in this process. */
  Optional<LoopbackServer> loopback() {
    return Optional.ofNullable(loopback);
  }

  @Override
  public void close() {
    provider.close();
    if (loopback != null) {
      loopback.close();
    }
  }
}
