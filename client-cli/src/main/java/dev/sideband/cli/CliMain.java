package dev.sideband.cli;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/** Where the terminal client begins: builds the commands, runs one, and says how it went. */
public final class CliMain {
  /** Picocli refuses less; a narrower terminal wraps the rest. */
  private static final int LEAST_HELP_COLUMNS = 55;

  private static final int MOST_HELP_COLUMNS = 100;

  private CliMain() {}

  /** Runs a command line and exits with its {@link ExitCode}. */
  public static void main(String[] args) {
    Terminal terminal = Terminal.detect(System.getProperty("sideband.size"), System::getenv);
    CliEnvironment environment =
        new CliEnvironment(
            utf8(FileDescriptor.out),
            utf8(FileDescriptor.err),
            System.in,
            terminal,
            Boolean.getBoolean("sideband.keyboard"),
            System::getenv,
            InstantSource.system(),
            System::nanoTime,
            CliMain::hook);
    int status = run(environment, args);
    silence();
    System.exit(status);
  }

  /**
   * Turns both outputs into nothing, which is what closing a standard descriptor means in Java: the
   * native WebRTC library complains on them when the process unloads it.
   */
  private static void silence() {
    utf8(FileDescriptor.out).close();
    utf8(FileDescriptor.err).close();
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static CliEnvironment.Registration hook(Runnable action) {
    Thread thread =
        new Thread(
            () -> {
              action.run();
              silence();
            },
            "at-exit");
    Runtime.getRuntime().addShutdownHook(thread);
    return () -> {
      try {
        Runtime.getRuntime().removeShutdownHook(thread);
      } catch (IllegalStateException e) {
        // It is running already.
      }
    };
  }

  /** Runs a command line in a given world; what went wrong is printed and told by the status. */
  static int run(CliEnvironment environment, String... args) {
    CommandLine line = commandLine(environment);
    try {
      return line.execute(args);
    } catch (Error e) {
      // Native libraries throw plain ones; picocli passes them on.
      return failed(environment, (RootCommand) line.getCommand(), e);
    } finally {
      environment.out().flush();
    }
  }

  static CommandLine commandLine(CliEnvironment environment) {
    RootCommand root = new RootCommand(environment);
    CommandLine line =
        new CommandLine(root)
            .addSubcommand(new DemoCommand(root))
            .addSubcommand(new TalkCommand(root))
            .addSubcommand(new TortureCommand(root))
            .addSubcommand(new WatchCommand(root))
            .addSubcommand(new SayCommand(root))
            .addSubcommand(new ListCommand(root))
            .addSubcommand(new ShowCommand(root))
            .addSubcommand(new StopCommand(root))
            .addSubcommand(new VoicesCommand(root))
            .addSubcommand(new TopCommand(root))
            .addSubcommand(new VersionCommand(root))
            .addSubcommand(new CompletionCommand(root));
    line.getCommandSpec().version(VersionCommand.words());
    CommandGroups.install(line);
    line.setColorScheme(colours(environment.terminal()));
    int columns = environment.terminal().columns();
    line.setUsageHelpWidth(Math.max(LEAST_HELP_COLUMNS, Math.min(MOST_HELP_COLUMNS, columns)));
    line.setOut(new PrintWriter(environment.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(environment.err(), true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler((e, a) -> misused(environment, e));
    line.setExecutionExceptionHandler((e, c, parsed) -> failed(environment, root, e));
    return line;
  }

  private static ColorScheme colours(Terminal terminal) {
    Ansi ansi = terminal.colour() ? Ansi.ON : Ansi.OFF;
    return new ColorScheme.Builder(ansi)
        .commands(Ansi.Style.bold)
        .options(Ansi.Style.fg_cyan)
        .parameters(Ansi.Style.fg_cyan)
        .optionParams(Ansi.Style.faint)
        .build();
  }

  private static int misused(CliEnvironment environment, CommandLine.ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    complain(
        environment,
        new CliException(
            ExitCode.USAGE, e, String.valueOf(e.getMessage()), "see:  ./" + command + " --help"));
    return ExitCode.USAGE.status();
  }

  private static int failed(CliEnvironment environment, RootCommand root, Throwable e) {
    CliException failure =
        e instanceof CliException known
            ? known
            : new CliException(
                ExitCode.FAILED,
                e,
                "a fault of this program: " + e,
                "run it again with --verbose and report what it prints");
    complain(environment, failure);
    if (root.isVerbose()) {
      e.printStackTrace(environment.err());
    }
    return failure.exitCode().status();
  }

  private static void complain(CliEnvironment environment, CliException failure) {
    Palette palette = new Palette(environment.terminal().colour());
    environment.out().flush();
    environment
        .err()
        .println(
            palette.bad("sideband:") + " " + Optional.ofNullable(failure.getMessage()).orElse(""));
    for (String advice : failure.advice()) {
      environment.err().println("  " + advice);
    }
  }
}
