package dev.sideband.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ConversationIds;
import dev.sideband.cli.server.EventFeed;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.terminal.Screen;
import dev.sideband.cli.terminal.StateView;
import dev.sideband.cli.terminal.Turns;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.SubscribeRequest;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sideband show}: what a conversation is now, and how it came about. */
@Command(
    name = "show",
    description = "Show a conversation's state, transcript and timeline.",
    footerHeading = "%n@|bold Examples|@%n",
    footer = {
      "  ./sideband show last                 the newest one",
      "  ./sideband show 0199a3b2 --timeline",
      "  ./sideband show last --json"
    })
final class ShowCommand implements Callable<Integer> {
  private final RootCommand root;

  @Parameters(
      paramLabel = "ID",
      description = "A conversation: its id, the first digits of it, or \"last\".")
  private String id = "";

  @Option(names = "--timeline", description = "Also draw how it started, and its turns.")
  private boolean timeline;

  @Option(names = "--json", description = "The state as proto3 JSON.")
  private boolean json;

  ShowCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (ServerLink link = root.connect()) {
      String conversation = ConversationIds.resolve(link, id);
      ConversationState state = link.get(conversation).getState();
      if (json) {
        printJson(state);
        return ExitCode.OK.status();
      }
      Screen screen = root.environment().screen();
      StateView view = new StateView(state, screen, root.environment().clock().instant());
      view.printSummary();
      if (timeline) {
        view.printTimeline(turns(link, conversation));
      }
      view.printTranscript();
    }
    return ExitCode.OK.status();
  }

  private static Turns turns(ServerLink link, String conversation) {
    Turns turns = new Turns();
    SubscribeRequest everything =
        SubscribeRequest.newBuilder().setConversationId(conversation).build();
    try (EventFeed feed = link.subscribe(everything)) {
      for (Optional<RealtimeEvents> next = feed.next(); next.isPresent(); next = feed.next()) {
        next.get().getEventsList().forEach(turns::accept);
      }
    }
    return turns;
  }

  private void printJson(ConversationState state) {
    try {
      root.environment().out().println(JsonFormat.printer().print(state));
    } catch (InvalidProtocolBufferException e) {
      throw new CliException(ExitCode.FAILED, e, "the server's answer is unreadable");
    }
  }
}
