package dev.sideband.cli;

import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Screen;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sideband version}: what is running here. */
@Command(name = "version", description = "What is running here.")
final class VersionCommand implements Callable<Integer> {
  private final RootCommand root;

  VersionCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    Screen screen = root.environment().screen();
    Palette palette = screen.palette();
    screen.println(
        palette.strong("sideband " + version())
            + palette.faint("   Java " + Runtime.version() + ", proto sideband.v1"));
    return ExitCode.OK.status();
  }

  private static String version() {
    return Optional.ofNullable(CliMain.class.getPackage().getImplementationVersion())
        .orElse("(not packaged)");
  }
}
