package dev.sideband.cli;

import dev.sideband.cli.failure.ExitCode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sideband version}: what is running here. */
@Command(
    name = "version",
    description = "Say what is running here: release, protocol and Java.",
    footerHeading = "%n@|bold Examples|@%n",
    footer = {"  ./sideband version", "  ./sideband --version"})
final class VersionCommand implements Callable<Integer> {
  private final RootCommand root;

  VersionCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    root.environment().screen().println(words());
    return ExitCode.OK.status();
  }

  static String words() {
    String version =
        Optional.ofNullable(CliMain.class.getPackage().getImplementationVersion())
            .orElse("(not packaged)");
    return "sideband " + version + ", proto sideband.v1, Java " + Runtime.version();
  }
}
