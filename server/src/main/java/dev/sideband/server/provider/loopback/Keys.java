package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who may speak to the loopback: holders of its API key, or of any if it has none, and of ephemeral
 * keys that it gave out.
 *
 * <p><b>Threads.</b> The loop's.
 *
 * <p><b>Full.</b> {@value #MOST_SECRETS} ephemeral keys are remembered; the oldest makes room.
 */
final class Keys {
  private static final int MOST_SECRETS = 10_000;
  private static final String BEARER = "Bearer ";
  private static final String SUBPROTOCOL = "openai-insecure-api-key.";

  private final OwnerLoop loop;
  private final String apiKey;
  private final Map<String, Secret> secrets = new LinkedHashMap<>();

  /**
   * An ephemeral key.
   *
   * @param session what calls made with it are to be
   */
  record Secret(String value, long expiresAt, ObjectNode session) {
    @Override
    public String toString() {
      return "Secret[***]";
    }
  }

  Keys(OwnerLoop loop, String apiKey) {
    this.loop = loop;
    this.apiKey = apiKey;
  }

  /** The key that a request carries, in its header or, from browsers, in a subprotocol; or "". */
  static String keyOf(HttpExchange exchange) {
    String authorization = exchange.header("Authorization");
    if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return authorization.substring(BEARER.length()).strip();
    }
    return Arrays.stream(exchange.header("Sec-WebSocket-Protocol").split(",", -1))
        .map(String::strip)
        .filter(protocol -> protocol.startsWith(SUBPROTOCOL))
        .map(protocol -> protocol.substring(SUBPROTOCOL.length()))
        .findFirst()
        .orElse("");
  }

  boolean accepts(String key) {
    if (key.startsWith("ek_")) {
      return find(key).isPresent();
    }
    return apiKey.isEmpty() ? !key.isEmpty() : key.equals(apiKey);
  }

  /** The ephemeral key of this value, if it has not expired. */
  Optional<Secret> find(String key) {
    assert loop.isCurrent();
    return Optional.ofNullable(secrets.get(key))
        .filter(secret -> secret.expiresAt() > loop.unixSeconds());
  }

  Secret issue(long seconds, ObjectNode session) {
    assert loop.isCurrent();
    if (secrets.size() == MOST_SECRETS) {
      secrets.remove(secrets.keySet().iterator().next());
    }
    Secret secret = new Secret(loop.ids().nextSecret(), loop.unixSeconds() + seconds, session);
    secrets.put(secret.value(), secret);
    return secret;
  }
}
