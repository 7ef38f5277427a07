package dev.sideband.cli.terminal;

import dev.sideband.v1.ConversationState;
import dev.sideband.v1.Milestone;
import dev.sideband.v1.Role;
import dev.sideband.v1.TranscriptEntry;
import dev.sideband.v1.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A conversation's state on a screen: summary, timeline, transcript. */
public final class StateView {
  private static final int LABEL = 12;
  private static final double LATE_MS = 2_000;

  private final ConversationState state;
  private final Screen screen;
  private final Palette palette;
  private final Instant now;

  /** Shows {@code state} as of {@code now}. */
  public StateView(ConversationState state, Screen screen, Instant now) {
    this.state = state;
    this.screen = screen;
    this.now = now;
    palette = screen.palette();
  }

  /** What it is and where it stands. */
  public void printSummary() {
    Instant started = Texts.instant(state.getStartedAt());
    boolean ended = state.getPhase() == ConversationState.Phase.ENDED;
    Instant until = state.hasEndedAt() ? Texts.instant(state.getEndedAt()) : now;
    screen.println(palette.strong(state.getConversationId()));
    String phase = EventLine.words(state.getPhase().name());
    row(
        "state",
        (ended ? palette.faint(phase + ", " + reason()) : palette.good(phase)) + sideband());
    row(
        "started",
        Texts.ago(started, now)
            + ", lasted "
            + Texts.span(Math.max(0, Duration.between(started, until).toNanos() / 1_000_000.0)));
    row("model", state.getModel() + voice());
    row("transport", EventLine.words(state.getTransport().name()) + ", " + state.getDialect());
    row("events", Long.toString(state.getSequence()));
    printUsage(state.getUsage());
    printOpenEnds();
    state.getMetadataMap().forEach((key, value) -> row(key, Texts.oneLine(value)));
  }

  private String reason() {
    return EventLine.words(state.getEndReason().name());
  }

  private String sideband() {
    boolean told =
        state.getPhase() != ConversationState.Phase.ENDED
            && state.getSideband() != ConversationState.SidebandPhase.SIDEBAND_PHASE_UNSPECIFIED;
    return told ? ", sideband " + EventLine.words(state.getSideband().name()) : "";
  }

  private String voice() {
    return state.getVoice().isEmpty() ? "" : ", voice " + state.getVoice();
  }

  private void printUsage(Usage usage) {
    String used = UsageLine.of(usage);
    if (!used.isEmpty()) {
      row("usage", used);
    }
  }

  private void printOpenEnds() {
    if (state.getPendingInputs() > 0) {
      row("pending", state.getPendingInputs() + " inputs wait for the provider");
    }
    state
        .getOpenHandoffsList()
        .forEach(
            handoff ->
                row("handoff", palette.warning("open: ") + Texts.oneLine(handoff.getInput())));
    state
        .getOpenToolCallsList()
        .forEach(call -> row("tool call", palette.warning("open: ") + call.getName()));
    if (state.hasLastError()) {
      row(
          "last error",
          palette.bad(state.getLastError().getCode().name())
              + " "
              + Texts.oneLine(state.getLastError().getMessage()));
    }
  }

  private void row(String label, String value) {
    screen.println("  " + palette.faint(Texts.pad(label, LABEL)) + value);
  }

  /** How it started, and then its turns. */
  public void printTimeline(Turns turns) {
    List<Waterfall.Row> start = new ArrayList<>();
    for (Milestone milestone : state.getMilestonesList()) {
      if (milestone.getCall() > 1) {
        continue;
      }
      double total = Texts.millis(milestone.getTiming().getTotal());
      double elapsed = Texts.millis(milestone.getTiming().getElapsed());
      start.add(
          new Waterfall.Row(
              EventLine.words(milestone.getName()),
              Math.max(0, total - elapsed),
              total,
              milestone.getByClient() ? "client's clock" : "",
              total > LATE_MS));
    }
    draw("start", start);
    draw("turns", turns.rows());
  }

  private void draw(String title, List<Waterfall.Row> rows) {
    if (!rows.isEmpty()) {
      screen.println("");
      int columns = screen.terminal().columns();
      new Waterfall(rows, palette, columns).lines(title).forEach(screen::println);
    }
  }

  /** What was said, wrapped. */
  public void printTranscript() {
    if (state.getTranscriptCount() == 0) {
      return;
    }
    screen.println("");
    int columns = Math.max(20, Math.min(100, screen.terminal().columns()) - LABEL - 4);
    for (TranscriptEntry entry : state.getTranscriptList()) {
      boolean user = entry.getRole() == Role.USER;
      String who = Texts.pad(user ? "you" : EventLine.words(entry.getRole().name()), LABEL);
      String label = user ? palette.user(who) : palette.accent(who);
      String text = Texts.oneLine(entry.getText()) + (entry.getCompleted() ? "" : " …");
      for (String line : Texts.wrap(text, columns)) {
        screen.println("  " + label + line);
        label = " ".repeat(LABEL);
      }
    }
  }
}
