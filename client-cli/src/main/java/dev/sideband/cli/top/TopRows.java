package dev.sideband.cli.top;

import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.UsageLine;
import dev.sideband.cli.top.Figures.Count;
import dev.sideband.cli.top.Figures.Flow;
import dev.sideband.cli.top.Figures.Level;
import dev.sideband.cli.top.Figures.Times;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A row for each thing that is counted: its name, its level or rate, and what that is made of. What
 * the page does not tell has no row.
 */
final class TopRows {
  private static final Set<String> BAD_FATES =
      Set.of("refused", "rejected", "discarded", "in_doubt");
  private static final List<String> DELIVERY_TROUBLES =
      List.of("fell_behind", "dropped", "dropped_frames");

  private final Figures figures;
  private final Palette palette;
  private final Parts parts;
  private List<TopRow> rows = new ArrayList<>();

  TopRows(Figures figures, Palette palette) {
    this.figures = figures;
    this.palette = palette;
    parts = new Parts(palette);
  }

  /** Those of conversations, and those of what becomes of their events. */
  List<List<TopRow>> groups() {
    return List.of(conversations(), events());
  }

  private List<TopRow> conversations() {
    rows = new ArrayList<>();
    level("conversations", each -> false, List.of());
    if (figures.flows().containsKey("starts")) {
      flow("starts", each -> !each.equals("answered"), List.of());
    } else {
      row("starts", "", List.of(palette.faint("no starts yet")));
    }
    level("sidebands", "lost"::equals, List.of());
    flow("losses", each -> true, List.of());
    flow("rejoins", "ended"::equals, rejoinTimes());
    flow("inputs", BAD_FATES::contains, List.of());
    flow("provider_errors", each -> true, List.of());
    tokens();
    return rows;
  }

  private List<TopRow> events() {
    rows = new ArrayList<>();
    level("subscribers", each -> false, lag());
    delivered();
    log();
    return rows;
  }

  private void row(String name, String number, List<String> of) {
    rows.add(new TopRow(Amounts.words(name), number, of));
  }

  private void level(String name, Predicate<String> isBad, List<String> more) {
    Level level = figures.levels().get(name);
    if (level != null) {
      List<String> of = parts.of(level.by(), isBad);
      of.addAll(more);
      row(name, Amounts.count(level.now()), of);
    }
  }

  private void flow(String name, Predicate<String> isBad, List<String> more) {
    Flow flow = figures.flows().get(name);
    if (flow != null) {
      List<String> of = parts.of(flow, isBad);
      of.addAll(more);
      row(name, Amounts.perSecond(flow.all().perSecond()), of);
    }
  }

  /** As the provider counts them, and what it is paid for them, where that is known. */
  private void tokens() {
    Flow tokens = figures.flows().get("tokens");
    if (tokens == null) {
      return;
    }
    List<String> of = parts.of(tokens, each -> false);
    boolean isLately = tokens.all().inWindow() > 0;
    double cached = amount("cached_tokens", isLately);
    if (cached > 0) {
      of.add(part("cached ", Amounts.count(cached), isLately));
    }
    double dollars = amount("cost_usd", isLately);
    if (dollars > 0) {
      of.add(part("cost ", UsageLine.money(Math.round(dollars * 1_000_000)), isLately));
    }
    row("tokens", Amounts.perSecond(tokens.all().perSecond()), of);
  }

  private double amount(String flow, boolean isLately) {
    Flow of = figures.flows().get(flow);
    if (of == null) {
      return 0;
    }
    return isLately ? of.all().inWindow() : of.all().sinceStart();
  }

  private String part(String name, String amount, boolean isLately) {
    return palette.faint(name) + (isLately ? amount : palette.faint(amount));
  }

  /** The slowest one's. */
  private List<String> lag() {
    Level lag = figures.levels().get("lag_events");
    return lag == null || lag.now() <= 0
        ? List.of()
        : List.of(palette.faint("lag ") + Amounts.count(lag.now()) + palette.faint(" events"));
  }

  private void delivered() {
    Flow bytes = figures.flows().get("delivered_bytes");
    if (bytes == null) {
      return;
    }
    Map<String, Count> troubles = new LinkedHashMap<>();
    for (String name : DELIVERY_TROUBLES) {
      Flow flow = figures.flows().get(name);
      if (flow != null) {
        troubles.put(name, flow.all());
      }
    }
    Flow refused = figures.flows().get("refused");
    if (refused != null) {
      refused.by().forEach((reason, count) -> troubles.put("refused_" + reason, count));
    }
    List<String> of = ring();
    of.addAll(parts.of(new Flow(bytes.all(), troubles), each -> true));
    row("delivered", Amounts.bytesPerSecond(bytes.all().perSecond()), of);
  }

  /** How much of it is taken by events that are not offered to all yet; most of it is too much. */
  private List<String> ring() {
    List<String> of = new ArrayList<>();
    Level taken = figures.levels().get("ring_events");
    Level room = figures.levels().get("ring_capacity");
    if (taken != null && room != null) {
      String amount = Amounts.count(taken.now());
      String whole = " of " + Amounts.count(room.now());
      of.add(
          taken.now() > room.now() / 2
              ? palette.warning("ring " + amount + whole)
              : palette.faint("ring ") + amount + palette.faint(whole));
    }
    return of;
  }

  private void log() {
    Flow events = figures.flows().get("events");
    if (events == null) {
      return;
    }
    List<String> of = new ArrayList<>();
    Level readOnly = figures.levels().get("log_read_only");
    if (readOnly != null && readOnly.now() > 0) {
      of.add(palette.bad("takes no events: no space"));
    }
    Flow bytes = figures.flows().get("event_bytes");
    if (bytes != null && bytes.all().perSecond() != null) {
      of.add(Amounts.bytesPerSecond(bytes.all().perSecond()));
    }
    Times sync = figures.times().get("sync");
    if (sync != null) {
      of.add(palette.faint("sync p99 ") + Amounts.quantile(sync.shown(), 0.99));
    }
    Level free = figures.levels().get("log_free_bytes");
    if (free != null) {
      of.add(Amounts.bytes(free.now()) + palette.faint(" free"));
    }
    row("events logged", Amounts.perSecond(events.all().perSecond()), of);
  }

  private List<String> rejoinTimes() {
    Times times = figures.times().get("rejoin");
    if (times == null) {
      return List.of();
    }
    String p50 = Amounts.quantile(times.shown(), 0.5);
    String p99 = Amounts.quantile(times.shown(), 0.99);
    return List.of(palette.faint("p50 ") + p50 + palette.faint(" p99 ") + p99);
  }
}
