package dev.sideband.cli.failure;

/** What the process tells the shell; documented in {@code sideband --help}. */
public enum ExitCode {
  /** It worked. */
  OK(0),
  /** The server was reached, and the thing itself failed. */
  FAILED(1),
  /** The command line, its environment or a file named by it is wrong; nothing was tried. */
  USAGE(2),
  /** No server answered. */
  NO_SERVER(3),
  /** Ended by Ctrl-C, as shells expect it. */
  INTERRUPTED(130);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /** The number for {@link System#exit}. */
  public int status() {
    return status;
  }
}
