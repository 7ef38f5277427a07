package dev.sideband.cli;

import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ConversationIds;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.terminal.EventLine;
import dev.sideband.v1.StopResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sideband stop}: ends a conversation and hangs its call up. */
@Command(
    name = "stop",
    description = "End a conversation and hang up its call.",
    footerHeading = "%n@|bold Examples|@%n",
    footer = {"  ./sideband stop last", "  ./sideband stop 0199a3b2"})
final class StopCommand implements Callable<Integer> {
  private final RootCommand root;

  @Parameters(
      paramLabel = "ID",
      description = "A conversation: its id, the first digits of it, or \"last\".")
  private String id = "";

  StopCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (ServerLink link = root.connect()) {
      StopResponse stopped = link.stop(ConversationIds.resolve(link, id));
      root.environment()
          .screen()
          .println(
              "ending: "
                  + EventLine.words(stopped.getReason().name())
                  + " (event "
                  + stopped.getSequence()
                  + ")");
    }
    return ExitCode.OK.status();
  }
}
