package dev.sideband.server.rpc;

import dev.sideband.server.session.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A bearer token and whom it stands for. Keeps the token's SHA-256 only, and never prints it. */
public final class TokenGrant {
  private final byte[] digest;
  private final Principal principal;

  /** Grants a token what its principal may do. */
  public TokenGrant(String token, Principal principal) {
    digest = digestOf(token);
    this.principal = principal;
  }

  /** Whom the token stands for. */
  public Principal principal() {
    return principal;
  }

  /** Whether this is the digest of its token; takes as long for every other one. */
  boolean matches(byte[] presented) {
    return MessageDigest.isEqual(digest, presented);
  }

  /** Digests have one length, so that comparing them tells nothing about the token's. */
  static byte[] digestOf(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "TokenGrant[" + principal.name() + "]";
  }
}
