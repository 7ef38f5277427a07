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
import java.security.NoSuchAlgorithmException;
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

  /** Connects to nobody yet, but for keeping a connection warm. */
  static Providers open(ServerConfig config, ScheduledExecutorService timer) {
    if (config.provider() == ServerConfig.ProviderChoice.OPENAI) {
      ServerConfig.OpenAi openAi = config.openAi();
      ApiKey key = openAi.apiKey().map(secret -> new ApiKey(secret.value())).orElse(ApiKey.NONE);
      return new Providers(speaking("OpenAI", openAi.baseUrl(), key, config, timer), null);
    }
    LoopbackServer loopback = LoopbackServer.start(loopback(config.loopback()), environment());
    ApiKey key = new ApiKey(UUID.randomUUID().toString());
    return new Providers(speaking("loopback", loopback.baseUri(), key, config, timer), loopback);
  }

  static LoopbackEnvironment environment() {
    return new LoopbackEnvironment(Clock.systemUTC(), System::nanoTime, UUID::randomUUID);
  }

  private static RealtimeProvider speaking(
      String name, URI base, ApiKey key, ServerConfig config, ScheduledExecutorService timer) {
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
    OpenAiConfig speaking =
        new OpenAiConfig(
            name,
            base,
            key,
            Optional.empty(),
            Optional.empty(),
            openAi.model().orElse(OpenAiConfig.DEFAULT_MODEL),
            timeouts);
    return new OpenAiProvider(
        speaking,
        new OpenAiResources(
            new NamedThreads("provider"),
            timer,
            Clock.systemUTC(),
            System::nanoTime,
            new SecureRandom(),
            tls()));
  }

  private static SSLContext tls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
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
        plain.handoffTool());
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
