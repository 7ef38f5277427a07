package dev.sideband.cli;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.server.ServerTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code sideband}: the options that every command has, and what they mean. */
@Command(
    name = "sideband",
    description = "Realtime voice conversations whose every event is durable.",
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = false,
    sortOptions = false,
    optionListHeading = "%n@|bold Options|@%n",
    exitCodeListHeading = "%n@|bold Exit status|@%n",
    exitCodeList = {
      "  0:it worked",
      "  1:the thing itself failed",
      "  2:the command line, the environment or a file is wrong; nothing was tried",
      "  3:no server answered",
      "130:ended by Ctrl-C"
    },
    footerHeading = "%n@|bold Examples|@%n",
    footer = {
      "  ./sideband demo                      see it work, with nothing set up",
      "  ./sideband serve                     run a server here, then in another window:",
      "  ./sideband talk                      speak with it",
      "  ./sideband watch last                follow the newest conversation",
      "",
      "Help for one command:  ./sideband COMMAND --help"
    })
final class RootCommand implements Runnable {
  private final CliEnvironment environment;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      scope = ScopeType.INHERIT,
      description = "Where the server is; default 127.0.0.1:50051, or $SIDEBAND_SERVER.")
  private @Nullable String server;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Send the bearer token that stands in this file.")
  private @Nullable Path tokenFile;

  @Option(names = "--tls", scope = ScopeType.INHERIT, description = "Speak TLS with the server.")
  private boolean tls;

  @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show stack traces.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli asks its annotation.
  private boolean help;

  @SuppressWarnings("UnusedVariable") // picocli asks its annotation.
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show what is running here.")
  private boolean version;

  @Spec private @Nullable CommandSpec spec;

  RootCommand(CliEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(environment.out());
    }
  }

  CliEnvironment environment() {
    return environment;
  }

  boolean isVerbose() {
    return verbose;
  }

  /** The server that this command line names; the environment's does not count. */
  Optional<ServerTarget> askedTarget() {
    return server == null
        ? Optional.empty()
        : Optional.of(ServerTarget.parse(server, tls, token()));
  }

  /** The server that was named, here or in the environment, if one was. */
  Optional<ServerTarget> namedTarget() {
    String named = server == null ? environment.env().apply("SIDEBAND_SERVER") : server;
    return named == null || named.isBlank()
        ? Optional.empty()
        : Optional.of(ServerTarget.parse(named, tls, token()));
  }

  /** A link to the named server, or to the default one. */
  ServerLink connect() {
    return connect(
        namedTarget().orElseGet(() -> ServerTarget.parse(ServerTarget.DEFAULT, tls, token())));
  }

  ServerLink connect(ServerTarget target) {
    return ServerLink.to(target, UUID::randomUUID);
  }

  private @Nullable String token() {
    if (tokenFile == null) {
      return null;
    }
    try {
      String token = Files.readString(tokenFile, StandardCharsets.UTF_8).strip();
      if (!token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 127)) {
        return token;
      }
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE,
          e,
          "--token-file: cannot read " + tokenFile,
          "check path and permissions");
    }
    throw new CliException(
        ExitCode.USAGE, "--token-file: " + tokenFile + " holds no token (expected: one word)");
  }
}
