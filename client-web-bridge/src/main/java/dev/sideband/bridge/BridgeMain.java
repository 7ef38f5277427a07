package dev.sideband.bridge;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;

/** The bridge's program: {@code bridge}. */
@Command(
    name = "sideband",
    mixinStandardHelpOptions = true,
    versionProvider = BridgeMain.Version.class,
    description = "Lets browsers in to a Sideband server.")
public final class BridgeMain {

  private BridgeMain() {}

  /** Runs the command, and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine(System.in).execute(args));
  }

  static CommandLine commandLine(InputStream stdin) {
    return new CommandLine(new BridgeMain())
        .addSubcommand(new BridgeCommand(stdin))
        .setExecutionExceptionHandler(BridgeMain::explain);
  }

  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (failure instanceof ConfigException) {
      err.println("sideband " + command.getCommandName() + ": " + failure.getMessage());
      err.flush();
      return ExitCode.USAGE;
    }
    LoggerFactory.getLogger(BridgeMain.class)
        .error("{} failed; this is a fault of Sideband's own", command.getCommandName(), failure);
    return ExitCode.SOFTWARE;
  }

  /** Of this build; "dev" outside a jar. */
  static String version() {
    return Optional.ofNullable(BridgeMain.class.getPackage().getImplementationVersion())
        .orElse("dev");
  }

  /** Tells the version to {@code --version}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sideband " + version()};
    }
  }
}
