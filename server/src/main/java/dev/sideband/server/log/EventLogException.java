package dev.sideband.server.log;

/** A log that cannot be opened or read. Appends never throw this: their failures are outcomes. */
public final class EventLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** How to react. */
  public enum Kind {
    /** Another process has the data folder. Stop it, or choose another folder. */
    LOCKED,
    /** The data folder cannot be made, read or written. */
    INACCESSIBLE,
    /** The data folder is of a format that this version does not know. */
    FORMAT_UNKNOWN,
    /** Stored bytes are damaged. */
    CORRUPT,
    /** Storage did not answer, or the log is closed. Later may work. */
    UNAVAILABLE
  }

  private final Kind kind;

  public EventLogException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public EventLogException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** How to react. */
  public Kind kind() {
    return kind;
  }
}
