package dev.sideband.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ConversationIds;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.terminal.EventLine;
import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Screen;
import dev.sideband.cli.terminal.Texts;
import dev.sideband.cli.terminal.UsageLine;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sideband list}: conversations, newest first. */
@Command(
    name = "list",
    description = "List conversations, newest first.",
    footerHeading = "%n@|bold Examples|@%n",
    footer = {
      "  ./sideband list",
      "  ./sideband list --live",
      "  ./sideband list --json | jq -r .conversationId"
    })
final class ListCommand implements Callable<Integer> {
  private static final int COST = 12;

  private final RootCommand root;

  @Option(names = "--live", description = "Only those that have not ended.")
  private boolean live;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "At most this many, 1 to 500; default 20.")
  private int limit = 20;

  @Option(names = "--json", description = "One conversation per line as proto3 JSON.")
  private boolean json;

  ListCommand(RootCommand root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > 500) {
      throw new CliException(ExitCode.USAGE, "--limit: " + limit + " (expected: 1 to 500)");
    }
    try (ServerLink link = root.connect()) {
      ListResponse page =
          link.list(ListRequest.newBuilder().setPageSize(limit).setLiveOnly(live).build());
      if (json) {
        page.getConversationsList().forEach(this::printJson);
      } else {
        print(page);
      }
    }
    return ExitCode.OK.status();
  }

  private void printJson(ConversationSummary summary) {
    try {
      root.environment()
          .out()
          .println(JsonFormat.printer().omittingInsignificantWhitespace().print(summary));
    } catch (InvalidProtocolBufferException e) {
      throw new CliException(ExitCode.FAILED, e, "the server's answer is unreadable");
    }
  }

  private void print(ListResponse page) {
    Screen screen = root.environment().screen();
    Palette palette = screen.palette();
    if (page.getConversationsCount() == 0) {
      screen.println(
          live ? "No conversation is live." : "No conversation yet.",
          palette.faint("  start one:  ./sideband talk"));
      return;
    }
    List<ConversationSummary> rows = page.getConversationsList();
    int idColumns =
        ConversationIds.distinctLength(
            rows.stream().map(ConversationSummary::getConversationId).toList());
    int costColumns =
        rows.stream().allMatch(row -> UsageLine.cost(row.getUsage()).isEmpty()) ? 0 : COST;
    screen.println(palette.faint(heading(idColumns, costColumns)));
    for (ConversationSummary row : rows) {
      screen.println(row(palette, row, idColumns, costColumns));
    }
    if (!page.getNextPageToken().isEmpty()) {
      screen.println(palette.faint("  and older ones; show more with --limit"));
    }
  }

  private static String heading(int idColumns, int costColumns) {
    return "  "
        + Texts.pad("ID", idColumns)
        + "  "
        + Texts.pad("STARTED", 12)
        + Texts.padLeft("LASTED", 12)
        + Texts.padLeft("EVENTS", 8)
        + (costColumns == 0 ? "" : Texts.padLeft("COST", costColumns))
        + "  "
        + Texts.pad("MODEL", 18)
        + "STATE";
  }

  private String row(Palette palette, ConversationSummary row, int idColumns, int costColumns) {
    Instant now = root.environment().clock().instant();
    Instant started = Texts.instant(row.getStartedAt());
    Instant until = row.hasEndedAt() ? Texts.instant(row.getEndedAt()) : now;
    double lasted = Duration.between(started, until).toNanos() / 1_000_000.0;
    String id = row.getConversationId();
    return (row.getLive() ? palette.good("● ") : palette.faint("○ "))
        + palette.accent(Texts.pad(id.substring(0, Math.min(idColumns, id.length())), idColumns))
        + "  "
        + Texts.pad(Texts.ago(started, now), 12)
        + Texts.padLeft(Texts.span(Math.max(0, lasted)), 12)
        + Texts.padLeft(Long.toString(row.getLastSequence()), 8)
        + Texts.padLeft(UsageLine.cost(row.getUsage()), costColumns)
        + "  "
        + Texts.pad(Texts.cut(row.getModel(), 17), 18)
        + (row.getLive()
            ? palette.good("live")
            : palette.faint(EventLine.words(row.getEndReason().name())));
  }
}
