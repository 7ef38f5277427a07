package dev.sideband.bridge.door;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What the bridge's own page shows with each of its calls. Only who could read the page knows it,
 * and no other site can; it lives as long as the process. It is no access token: the server never
 * sees it.
 */
public final class PageToken {
  /** The header that it comes in. */
  public static final String HEADER = "x-sideband-page";

  private static final int BYTES = 32;

  private final String text;

  private PageToken(String text) {
    this.text = text;
  }

  /** Makes one. */
  public static PageToken random(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new PageToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** Letters, digits, {@code -} and {@code _}; for the page, and nobody else. */
  public String text() {
    return text;
  }

  /** Whether it is this one; takes as long if it is not. */
  boolean isShownBy(String shown) {
    return MessageDigest.isEqual(
        shown.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "***";
  }
}
