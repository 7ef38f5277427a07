package dev.sideband.server.provider;

/**
 * Why a sideband is over, or never was.
 *
 * @param closeCode RFC 6455 close code; 0 if there was none
 * @param httpStatus the answer to a refused upgrade; 0 if there was none
 * @param message for people and the event stream: no secret, no call id, no URL
 */
public record SidebandClosed(Cause cause, int closeCode, int httpStatus, String message) {

  /** What happened, and so what can be done about it. */
  public enum Cause {
    /** We closed it. */
    LOCAL,
    /** The provider closed it; {@link #closeCode} says how. */
    CLOSED,
    /** The provider's time limit for a session was reached. Rejoining is useless. */
    EXPIRED,
    /** The connection broke without a close. */
    RESET,
    /** No bytes and no pong in time. */
    UNRESPONSIVE,
    /** Too many events were told and not handled. */
    READER_STALLED,
    /** Too many frames are unsent. */
    WRITER_STALLED,
    /** Upgrade refused with 404: no such call, or not yet. */
    NOT_FOUND,
    /** Upgrade refused with 401 or 403. Rejoining is useless. */
    UNAUTHORIZED,
    /** Upgrade refused with another status. */
    REFUSED,
    /** No connection could be made. */
    UNREACHABLE,
    /** Connecting, TLS or the upgrade took too long. */
    TIMED_OUT
  }
}
