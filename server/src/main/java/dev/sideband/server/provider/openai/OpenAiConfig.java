package dev.sideband.server.provider.openai;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where the provider is and who we are to it.
 *
 * @param name for people: "OpenAI", "loopback"
 * @param baseUri as for OpenAI's SDKs, {@code https://api.openai.com/v1}; a key goes to https or to
 *     this machine only
 * @param apiKey the bearer key
 * @param organization the {@code OpenAI-Organization} header
 * @param project the {@code OpenAI-Project} header
 * @param defaultModel used when the client names none
 * @param timeouts how long to wait for what
 */
public record OpenAiConfig(
    String name,
    URI baseUri,
    ApiKey apiKey,
    Optional<String> organization,
    Optional<String> project,
    String defaultModel,
    OpenAiTimeouts timeouts) {

  /** OpenAI's own address. */
  public static final URI OPENAI = URI.create("https://api.openai.com/v1");

  /** The model that a client gets which names none. */
  public static final String DEFAULT_MODEL = "gpt-realtime";

  public OpenAiConfig {
    String scheme = String.valueOf(baseUri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("base-url: scheme " + scheme + " (expected: http, https)");
    }
    if (baseUri.getHost() == null || baseUri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("base-url: no plain host (expected: https://host/v1)");
    }
    if (apiKey.isPresent() && scheme.equals("http") && !isThisMachine(baseUri.getHost())) {
      throw new IllegalArgumentException(
          "base-url: http to " + baseUri.getHost() + " (expected: https where a key is sent)");
    }
    if (defaultModel.isEmpty()) {
      throw new IllegalArgumentException("model: empty (expected: a model's name)");
    }
  }

  /** OpenAI itself. */
  public static OpenAiConfig openAi(ApiKey apiKey) {
    return at("OpenAI", OPENAI, apiKey);
  }

  /** A compatible server, everything else as for OpenAI. */
  public static OpenAiConfig at(String name, URI baseUri, ApiKey apiKey) {
    return new OpenAiConfig(
        name,
        baseUri,
        apiKey,
        Optional.empty(),
        Optional.empty(),
        DEFAULT_MODEL,
        OpenAiTimeouts.DEFAULT);
  }

  /** The same with other timeouts. */
  public OpenAiConfig withTimeouts(OpenAiTimeouts other) {
    return new OpenAiConfig(name, baseUri, apiKey, organization, project, defaultModel, other);
  }

  /** What says who we are, on every request. */
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    if (apiKey.isPresent()) {
      headers.put("Authorization", "Bearer " + apiKey.value());
    }
    organization.ifPresent(value -> headers.put("OpenAI-Organization", value));
    project.ifPresent(value -> headers.put("OpenAI-Project", value));
    headers.put("User-Agent", "sideband");
    return headers;
  }

  private static boolean isThisMachine(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }
}
