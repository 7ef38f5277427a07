package dev.sideband.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ConversationIds;
import dev.sideband.cli.server.EventFeed;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.terminal.EventPrinter;
import dev.sideband.cli.terminal.Texts;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.Notice;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.SubscribeRequest;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sideband watch}: the events of one conversation, or of all, as they happen. */
@Command(
    name = "watch",
    description = "Follow the events of a conversation, or of all.",
    footerHeading = "%n@|bold Examples|@%n",
    footer = {
      "  ./sideband watch                     all conversations, from now on",
      "  ./sideband watch last                the newest one, from its beginning",
      "  ./sideband watch 0199a3b2 --after 40",
      "  ./sideband watch last --json | jq -c 'select(.transcriptCompleted)'"
    })
final class WatchCommand implements Callable<Integer> {
  private static final int ID_COLUMNS = 8;

  private final RootCommand root;

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description = "A conversation: its id, the first digits of it, or \"last\".")
  private @Nullable String id;

  @Option(
      names = "--after",
      paramLabel = "N",
      description = "Begin after this sequence; default 0, the beginning.")
  private long after;

  @Option(names = "--json", description = "One event per line as proto3 JSON.")
  private boolean json;

  WatchCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    if (after < 0 || (after > 0 && id == null)) {
      throw new CliException(
          ExitCode.USAGE, "--after: " + after + " (expected: 0 or more, together with an ID)");
    }
    try (ServerLink link = root.connect()) {
      String conversation = id == null ? "" : ConversationIds.resolve(link, id);
      EventPrinter printer =
          new EventPrinter(root.environment().screen(), conversation.isEmpty() ? ID_COLUMNS : 0);
      if (after > 0 && !json) {
        ConversationState state = link.get(conversation).getState();
        printer.began(conversation, Texts.instant(state.getStartedAt()));
      }
      SubscribeRequest request =
          SubscribeRequest.newBuilder()
              .setConversationId(conversation)
              .setAfterSequence(after)
              .setFollow(true)
              .build();
      try (EventFeed feed = link.subscribe(request)) {
        follow(feed, printer);
      }
    }
    return ExitCode.OK.status();
  }

  private void follow(EventFeed feed, EventPrinter printer) {
    if (id == null && !json) {
      printer.note("watching all conversations; Ctrl-C ends it");
    }
    for (Optional<RealtimeEvents> next = feed.next(); next.isPresent(); next = feed.next()) {
      for (RealtimeEvent event : next.get().getEventsList()) {
        if (json) {
          root.environment().out().println(line(event));
        } else {
          printer.accept(event);
        }
      }
      if (next.get().hasNotice() && !json) {
        notice(printer, next.get().getNotice());
      }
      if (json && root.environment().out().checkError()) {
        return; // The reader of our pipe went away.
      }
    }
  }

  private static void notice(EventPrinter printer, Notice notice) {
    switch (notice.getKindCase()) {
      case GAP ->
          printer.note(
              "what came before " + notice.getGap().getOldestAvailable() + " is no longer stored");
      case GOING_AWAY ->
          printer.note(
              "the server is shutting down; resume with --after "
                  + notice.getGoingAway().getResumeAfter());
      default -> {
        // Heartbeats and catching up are silent.
      }
    }
  }

  private static String line(RealtimeEvent event) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(event);
    } catch (InvalidProtocolBufferException e) {
      throw new CliException(ExitCode.FAILED, e, "event " + event.getSequence() + " is unreadable");
    }
  }
}
