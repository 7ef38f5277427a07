package dev.sideband.server.provider.loopback;

import java.util.UUID;
import java.util.function.Supplier;

/** Makes ids of OpenAI's form: a prefix and hex digits, at most 32 characters except for calls. */
final class Ids {
  private static final int ITEM_DIGITS = 24;

  private final Supplier<UUID> random;

  Ids(Supplier<UUID> random) {
    this.random = random;
  }

  /** An id of something inside a session: {@code item_6f0c...}. */
  String next(String prefix) {
    return prefix + "_" + digits().substring(0, ITEM_DIGITS);
  }

  /** A call's id, with 32 digits. */
  String nextCall() {
    return "rtc_" + digits();
  }

  /** An ephemeral key. */
  String nextSecret() {
    return "ek_" + digits();
  }

  /** 32 hex digits. */
  String digits() {
    return random.get().toString().replace("-", "");
  }
}
