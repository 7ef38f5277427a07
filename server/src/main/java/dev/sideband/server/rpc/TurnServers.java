package dev.sideband.server.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sideband.server.session.Principal;
import dev.sideband.v1.IceServer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * TURN servers that share a secret with this one, as coturn's {@code use-auth-secret} and others do
 * (draft-uberti-behave-turn-rest-00): a user's name is when it expires, and the HMAC of that name
 * is its password, so that nobody has to be told of a user.
 *
 * <p><b>Threads.</b> Any. It prints without its secret.
 */
public final class TurnServers {
  /** What TURN servers reckon with: not chosen here, and not broken as a MAC. */
  private static final String OF_CREDENTIALS = "HmacSHA1";

  private static final String OF_NAMES = "HmacSHA256";
  private static final int NAME_BYTES = 8;

  private final List<String> urls;
  private final byte[] secret;
  private final Duration lifetime;

  /**
   * @param urls as RFC 7065 writes them, at least one
   * @param secret the servers' own, not empty
   * @param lifetime how long credentials are good for, in whole seconds, at least one
   */
  public TurnServers(List<String> urls, String secret, Duration lifetime) {
    if (urls.isEmpty() || secret.isEmpty() || lifetime.toSeconds() < 1) {
      throw new IllegalArgumentException("turn: incomplete (expected: urls, secret, lifetime)");
    }
    this.urls = List.copyOf(urls);
    this.secret = secret.getBytes(UTF_8);
    this.lifetime = lifetime;
  }

  /** When credentials expire that are made at a time. */
  Instant expiry(Instant now) {
    return now.plus(lifetime).truncatedTo(ChronoUnit.SECONDS);
  }

  /** The servers, with credentials for one caller that end with a second. */
  IceServer of(Principal caller, Instant expiry) {
    String username = expiry.getEpochSecond() + ":" + userOf(caller);
    return IceServer.newBuilder()
        .addAllUrls(urls)
        .setUsername(username)
        .setCredential(Base64.getEncoder().encodeToString(mac(OF_CREDENTIALS, username)))
        .build();
  }

  /**
   * The same for every credential of a principal, so that a TURN server can count and limit what
   * one uses; but not its name, since STUN sends user names in the clear.
   */
  private String userOf(Principal caller) {
    return HexFormat.of().formatHex(mac(OF_NAMES, caller.name()), 0, NAME_BYTES);
  }

  private byte[] mac(String algorithm, String text) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret, algorithm));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + ": not here (expected: in every Java)", e);
    }
  }

  @Override
  public String toString() {
    return "TurnServers" + urls;
  }
}
