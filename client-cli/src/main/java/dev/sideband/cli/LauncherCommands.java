package dev.sideband.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What {@code ./sideband} also understands and hands to the server or to Maven: known here for help
 * and completion only.
 */
final class LauncherCommands {
  private static final Map<String, String> DESCRIPTIONS =
      Map.of(
          "serve", "Run the server.",
          "replay", "Serve recorded conversations as if they happened now.",
          "bridge", "Let browsers in to a server.",
          "loopback", "Run the embedded provider alone, for tests and demonstrations.",
          "verify", "Check a data folder.",
          "export", "Write a data folder's conversations to a file.",
          "import", "Take exported conversations into a data folder.",
          "test", "Build everything and run every test, as CI does.",
          "dist", "Pack what a machine without the sources needs.");

  /** Options, those with a value as {@code --name=LABEL}. */
  private static final Map<String, List<String>> OPTIONS =
      Map.of(
          "serve",
              List.of(
                  "--config=FILE",
                  "--address=HOST",
                  "--port=PORT",
                  "--insecure",
                  "--data=DIR",
                  "--provider=NAME",
                  "--set=KEY=VALUE",
                  "--otel=FILE",
                  "--metrics-port=PORT",
                  "--console-port=PORT",
                  "--no-console",
                  "--json",
                  "--until-stdin-closes"),
          "replay",
              List.of(
                  "--speed=N",
                  "--address=HOST",
                  "--port=PORT",
                  "--insecure",
                  "--exit",
                  "--json",
                  "--until-stdin-closes"),
          "bridge",
              List.of(
                  "--address=HOST",
                  "--port=PORT",
                  "--server=HOST:PORT",
                  "--tls",
                  "--server-ca=FILE",
                  "--server-name=NAME",
                  "--tls-cert=FILE",
                  "--tls-key=FILE",
                  "--insecure",
                  "--host=NAME",
                  "--allow-origin=ORIGIN",
                  "--expose-header=NAME",
                  "--json",
                  "--until-stdin-closes"),
          "verify", List.of("--json"),
          "export",
              List.of("--conversation=ID", "--format=FORMAT", "--with-private", "--output=FILE"),
          "import", List.of("--owner=NAME"),
          "loopback",
              List.of(
                  "--address=HOST",
                  "--port=PORT",
                  "--media=MEDIA",
                  "--tls-cert=FILE",
                  "--tls-key=FILE",
                  "--api-key=KEY",
                  "--create-delay-ms=N",
                  "--join-delay-ms=N",
                  "--delta-delay-ms=N",
                  "--echo-delay-ms=N",
                  "--session-limit-ms=N",
                  "--media-limit-ms=N",
                  "--max-calls=N",
                  "--handoff-tool=NAME",
                  "--witness=N",
                  "--script=FILE",
                  "--script-speed=N",
                  "--json",
                  "--until-stdin-closes"));

  private static final Map<String, List<String>> VALUES =
      Map.of(
          "--provider", List.of("openai", "loopback"),
          "--media", List.of("webrtc", "none", "mixed"),
          "--format", List.of("protobuf", "json"));

  private LauncherCommands() {}

  /** One line, or nothing for a name that is not one of these. */
  static String description(String name) {
    return DESCRIPTIONS.getOrDefault(name, "");
  }

  /** Adds them, so that a completion script has them too; they cannot be run. */
  static void addTo(CommandLine line) {
    DESCRIPTIONS.keySet().stream()
        .sorted()
        .forEach(
            name -> {
              CommandSpec spec = CommandSpec.create().name(name);
              line.addSubcommand(name, spec);
              // Those of the client's root are not theirs; some of theirs have the same names.
              spec.options().stream().filter(OptionSpec::inherited).toList().forEach(spec::remove);
              OPTIONS.getOrDefault(name, List.of()).forEach(each -> spec.addOption(option(each)));
              spec.addOption(option("--help"));
            });
  }

  private static OptionSpec option(String written) {
    String[] parts = written.split("=", 2);
    OptionSpec.Builder option = OptionSpec.builder(parts[0]);
    if (parts.length > 1) {
      boolean file = parts[1].equals("FILE") || parts[1].equals("DIR");
      option.paramLabel(parts[1]).arity("1").type(file ? Path.class : String.class);
    }
    List<String> values = VALUES.get(parts[0]);
    return (values == null ? option : option.completionCandidates(values)).build();
  }
}
