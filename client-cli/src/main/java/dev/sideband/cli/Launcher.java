package dev.sideband.cli;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The {@code sideband} script, through which servers of our own are started. */
final class Launcher {
  private Launcher() {}

  /**
   * Where it is.
   *
   * @param advice what else to try where it is not known
   */
  static Path of(RootCommand root, String command, String... advice) {
    @Nullable String named = System.getProperty("sideband.launcher");
    @Nullable String home = root.environment().env().apply("SIDEBAND_HOME");
    if (named != null) {
      return Path.of(named);
    }
    if (home != null) {
      return Path.of(home, "sideband");
    }
    String[] lines = new String[advice.length + 1];
    lines[0] = "run it as  ./sideband " + command;
    System.arraycopy(advice, 0, lines, 1, advice.length);
    throw new CliException(
        ExitCode.USAGE, command + ": the launcher is not known (expected: SIDEBAND_HOME)", lines);
  }
}
