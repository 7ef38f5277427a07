package dev.sideband.cli.demo;

import dev.sideband.cli.call.AudioMeter;
import dev.sideband.cli.terminal.EventLine;
import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Screen;
import dev.sideband.cli.terminal.Texts;
import dev.sideband.cli.terminal.Waterfall;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tells a demo to a person while it happens: the startup as a growing waterfall, then what is said
 * line by line, then the sum of it. Without a terminal the same lines, each when it is finished.
 */
final class DemoView {
  private static final int LABEL = 11;
  private static final Map<String, String> NAMES =
      Map.of(
          "offer", "offer gathered",
          "start_answered", "start rpc",
          "ice_connected", "ICE connected",
          "dtls_connected", "DTLS connected");
  private static final double LATE_AFTER_MS = 400;

  private final Screen screen;
  private final Palette palette;
  private boolean startupShown;
  private int saidShown;
  private int handoffsShown;
  private String note = "";
  private String words = "";

  DemoView(Screen screen) {
    this.screen = screen;
    palette = screen.palette();
  }

  void opening(String what) {
    screen.println(palette.strong("Sideband demo") + "   " + palette.faint(what));
  }

  void waiting(String what) {
    screen.spin(what);
  }

  void calling(String recording, String words) {
    this.words = words;
    screen.region(List.of());
    screen.println("Placing a real WebRTC call with " + recording + " as the microphone ...", "");
  }

  /** What the server itself took of the start RPC, if the provider said how long it took. */
  void serverAdded(double millis) {
    note = String.format(Locale.ROOT, "server added %.1f ms", millis);
  }

  /** Shows what is new. */
  void update(DemoStory story) {
    if (!startupShown) {
      if (!story.isStarted()) {
        screen.region(waterfall(story));
        return;
      }
      showStartup(story);
    }
    showConversation(story);
    screen.region(growing(story));
  }

  /** What goes into the microphone, until somebody has put down or answered what came of it. */
  private List<String> growing(DemoStory story) {
    String growing = story.growing();
    if (!growing.isEmpty()) {
      return List.of(line(palette.accent("assistant"), growing + "▌"));
    }
    return story.said().isEmpty() ? List.of(line(palette.user("you"), words + "▌")) : List.of();
  }

  private void showStartup(DemoStory story) {
    startupShown = true;
    screen.region(List.of());
    screen.println(waterfall(story).toArray(String[]::new));
    screen.println("");
  }

  private List<String> waterfall(DemoStory story) {
    List<DemoStory.Reached> ordered = new ArrayList<>(story.milestonesInTime());
    double started =
        ordered.stream()
            .filter(reached -> !reached.name().equals("first_audio_heard"))
            .mapToDouble(DemoStory.Reached::total)
            .max()
            .orElse(0);
    List<Waterfall.Row> rows = new ArrayList<>();
    ordered.removeIf(reached -> reached.name().equals("sideband_joining"));
    for (DemoStory.Reached reached : ordered) {
      boolean late = reached.total() > started + LATE_AFTER_MS;
      String name = NAMES.getOrDefault(reached.name(), EventLine.words(reached.name()));
      double from = reached.total() - reached.elapsed();
      rows.add(new Waterfall.Row(name, from, reached.total(), note(reached), late));
    }
    return new Waterfall(rows, palette, screen.terminal().columns()).lines("start");
  }

  private String note(DemoStory.Reached reached) {
    return switch (reached.name()) {
      case "start_answered" -> note;
      case "sideband_joined" -> "nobody waited for it";
      default -> "";
    };
  }

  private void showConversation(DemoStory story) {
    while (handoffsShown < story.handoffs().size()
        && story.handoffs().get(handoffsShown).answeredAfter() >= 0) {
      // The words that led to a handoff come first.
      showSaid(story);
      DemoStory.Handoff handoff = story.handoffs().get(handoffsShown++);
      screen.println(
          line(
              palette.warning("handoff"),
              "“"
                  + handoff.input()
                  + "” → agent: “"
                  + handoff.output()
                  + "”"
                  + palette.faint("  " + Texts.span(handoff.answeredAfter()))));
    }
    showSaid(story);
  }

  private void showSaid(DemoStory story) {
    for (; saidShown < story.said().size(); saidShown++) {
      DemoStory.Said said = story.said().get(saidShown);
      boolean user = said.role() == Role.USER;
      screen.println(
          line(
              user ? palette.user("you") : palette.accent("assistant"),
              user ? said.text() : palette.strong(said.text())));
    }
  }

  /** The sum of it. */
  void summary(DemoOutcome outcome) {
    if (!startupShown) {
      showStartup(outcome.story());
    }
    showConversation(outcome.story());
    screen.region(List.of());
    DemoOutcome.Audio audio = outcome.audio();
    screen.println(
        "",
        row(
            "audio",
            String.format(
                Locale.ROOT,
                "sent %,d frames, heard %,d (peak %s)%s",
                audio.framesSent(),
                audio.framesHeard(),
                decibels(audio.peakHeard()),
                firstHeard(outcome.story()))));
    boolean whole = outcome.missing().isEmpty();
    screen.println(
        row(
            "events",
            outcome.story().events() + (whole ? ", gapless, read again from the log" : "")));
    ConversationEnded ended = outcome.story().ended();
    if (ended != null) {
      String reason = EventLine.words(ended.getReason().name());
      screen.println(row("ended", reason + ", " + EventLine.words(ended.getHangUp().name())));
    }
  }

  private static String firstHeard(DemoStory story) {
    return story.milestones().stream()
        .filter(reached -> reached.name().equals("first_audio_heard"))
        .findFirst()
        .map(reached -> ", the first " + Texts.span(reached.elapsed()) + " after speaking")
        .orElse("");
  }

  /** The last words. */
  void verdict(DemoOutcome outcome, List<String> next) {
    screen.println("");
    if (outcome.isGood()) {
      screen.println(palette.good("Everything worked.") + "  Next:");
    } else {
      screen.println(palette.bad("Not everything worked.") + "  Missing:");
      outcome.missing().forEach(what -> screen.println("  " + palette.bad("✗ ") + what));
    }
    next.forEach(step -> screen.println("  " + step));
  }

  private String row(String label, String value) {
    return line(palette.faint(label), value);
  }

  private static String line(String label, String text) {
    return "  " + Texts.pad(label, LABEL) + text;
  }

  private static String decibels(int peak) {
    return Math.round(AudioMeter.decibels(peak)) + " dBFS";
  }
}
