package dev.sideband.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;

/** The server's programs: {@code serve}, {@code loopback}, and those for what was recorded. */
@Command(
    name = "sideband",
    mixinStandardHelpOptions = true,
    versionProvider = ServerMain.Version.class,
    description = "The backend of realtime voice conversations.")
public final class ServerMain {

  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ServerMain.class);

  private ServerMain() {}

  /** Runs a command, and exits with its code. */
  public static void main(String[] args) {
    bridgeLogging();
    logWhatEndsThreads();
    int status = commandLine(System.in).execute(args);
    silence();
    System.exit(status);
  }

  /**
   * Turns both outputs into nothing, which is what closing a standard descriptor means in Java: the
   * native WebRTC library complains on them when the process unloads it. The last thing to do.
   */
  static void silence() {
    new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8).close();
    new PrintStream(new FileOutputStream(FileDescriptor.err), false, UTF_8).close();
  }

  /** Libraries that log elsewhere log here, and as quietly as the configuration says. */
  private static void bridgeLogging() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    Logger.getLogger("").setLevel(Level.WARNING);
  }

  /** Rather than print it, as Java does, with all that it says. */
  static void logWhatEndsThreads() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> LOG.error("thread {}: ended by a fault", thread.getName(), thrown));
  }

  static CommandLine commandLine(InputStream stdin) {
    return new CommandLine(new ServerMain())
        .addSubcommand(new ServeCommand(stdin))
        .addSubcommand(new RehearseCommand())
        .addSubcommand(new LoopbackCommand(stdin))
        .addSubcommand(new VerifyCommand())
        .addSubcommand(new ExportCommand(System.out))
        .addSubcommand(new ImportCommand(stdin))
        .addSubcommand(new ReplayCommand(stdin))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(ServerMain::explain);
  }

  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (failure instanceof ConfigException) {
      err.println("sideband " + command.getCommandName() + ": " + failure.getMessage());
      err.flush();
      return ExitCode.USAGE;
    }
    LOG.error("{} failed; this is a fault of Sideband's own", command.getCommandName(), failure);
    return ExitCode.SOFTWARE;
  }

  /** Of this build; "dev" outside a jar. */
  static String version() {
    return Optional.ofNullable(ServerMain.class.getPackage().getImplementationVersion())
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
