package dev.sideband.server.provider.openai;

import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandClosed.Cause;
import java.util.Locale;
import org.java_websocket.framing.CloseFrame;
import org.jspecify.annotations.Nullable;

/** Says what the end of a socket means. */
final class CloseCauses {
  private static final int SWITCHING_PROTOCOLS = 101;

  private CloseCauses() {}

  /** It was open and ended. */
  static SidebandClosed ofOpen(int code, @Nullable String reason, boolean remote) {
    String said = PublicText.of(reason == null ? "" : reason);
    if (!remote) {
      return new SidebandClosed(
          Cause.RESET, Math.max(0, code), 0, "sideband: the provider broke the protocol");
    }
    if (code == CloseFrame.ABNORMAL_CLOSE || code == CloseFrame.NEVER_CONNECTED) {
      return new SidebandClosed(Cause.RESET, 0, 0, "sideband: the connection broke");
    }
    String lower = said.toLowerCase(Locale.ROOT);
    if (lower.contains("maximum duration") || lower.contains("session_expired")) {
      return new SidebandClosed(Cause.EXPIRED, code, 0, "sideband: " + said);
    }
    return new SidebandClosed(
        Cause.CLOSED,
        code,
        0,
        "sideband: closed by the provider, " + code + (said.isEmpty() ? "" : ": " + said));
  }

  /** It never opened. */
  static SidebandClosed ofAttempt(int status, String failure) {
    if (status == 0) {
      return new SidebandClosed(
          Cause.UNREACHABLE,
          0,
          0,
          "sideband: no connection" + (failure.isEmpty() ? "" : " (" + failure + ")"));
    }
    Cause cause =
        switch (status) {
          case 404 -> Cause.NOT_FOUND;
          case 401, 403 -> Cause.UNAUTHORIZED;
          default -> Cause.REFUSED;
        };
    String said =
        status == SWITCHING_PROTOCOLS
            ? "sideband: the upgrade was accepted wrongly (expected: RFC 6455)"
            : "sideband: the upgrade was refused with HTTP " + status;
    return new SidebandClosed(cause, 0, status, said);
  }
}
