package dev.sideband.cli.torture;

import dev.sideband.v1.RealtimeEvent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Eight bytes of the SHA-256 of an event's own bytes: equal events have equal ones. */
final class Digest {
  private Digest() {}

  static long of(RealtimeEvent event) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(event.toByteArray());
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
