package dev.sideband.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The root's help lists commands by what one wants, those of the launcher and the server too. */
final class CommandGroups {
  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("Begin", List.of("demo", "serve", "talk"));
    GROUPS.put("Conversations", List.of("list", "show", "watch", "say", "stop", "voices"));
    GROUPS.put(
        "More",
        List.of(
            "top",
            "torture",
            "bridge",
            "verify",
            "export",
            "import",
            "replay",
            "loopback",
            "test",
            "dist",
            "version",
            "completion"));
  }

  private CommandGroups() {}

  static void install(CommandLine line) {
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::render);
  }

  private static String render(Help help) {
    StringBuilder text = new StringBuilder();
    GROUPS.forEach(
        (title, names) -> {
          text.append(help.colorScheme().text(String.format("%n@|bold %s|@%n", title)));
          for (String name : names) {
            text.append(
                help.colorScheme()
                    .text(
                        String.format("  @|fg(cyan) %-12s|@%s%n", name, description(help, name))));
          }
        });
    return text.toString();
  }

  private static String description(Help help, String name) {
    Help command = help.subcommands().get(name);
    return command == null
        ? LauncherCommands.description(name)
        : command.commandSpec().usageMessage().description()[0];
  }
}
