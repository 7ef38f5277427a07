package dev.sideband.server;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What a replay says of itself: what it serves, how far it is, if somebody looks, and that all is
 * out.
 *
 * <p><b>Threads.</b> Any; one line is written at a time.
 */
final class ReplayView {
  private static final long TICK_MILLIS = 200;
  private static final String CLEAR = "\r\u001b[K";

  private final Replay replay;
  private final ReplayFeed feed;
  private final PrintWriter out;
  private final boolean live;
  private long beganNanos;
  private boolean finished;

  /**
   * @param live whether the last line may be written again and again
   */
  ReplayView(Replay replay, PrintWriter out, boolean live) {
    this.replay = replay;
    this.feed = replay.feed();
    this.out = out;
    this.live = live;
  }

  /** Whether standard output is a terminal, as the launcher has seen. */
  static boolean isOnTerminal() {
    return Boolean.getBoolean("sideband.terminal");
  }

  synchronized void announce(Path source, Speed speed, String listens) {
    out.println(
        "Sideband %s replays %s on %s".formatted(ServerMain.version(), contents(), listens));
    out.println("  from     " + source.toAbsolutePath().normalize());
    String recorded = text(feed.recordedLength());
    out.println(
        "  speed    "
            + (speed.isAtOnce()
                ? "at once: " + recorded + " were recorded"
                : speed.factor() == 1
                    ? "1x: " + recorded + ", as it was recorded"
                    : "%s: %s for the %s that were recorded"
                        .formatted(speed, text(feed.length()), recorded)));
    out.println("Next:  " + next() + "   (stop with Ctrl-C)");
    out.flush();
  }

  private String contents() {
    return VerifyCommand.counted(feed.conversations(), "conversation")
        + ", "
        + VerifyCommand.counted(feed.events(), "event")
        + ",";
  }

  private String next() {
    String server = replay.port() == 50_051 ? "" : " --server 127.0.0.1:" + replay.port();
    return feed.conversations() == 1
        ? "./sideband watch last" + server
        : "./sideband watch" + server + "   or   ./sideband list" + server;
  }

  /** The first event is about to come. */
  synchronized void begin() {
    beganNanos = System.nanoTime();
    if (live) {
      var unused =
          replay.timer().scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void tick() {
    if (!finished) {
      out.print(
          "%s  %s of %s   %,d of %,d events"
              .formatted(CLEAR, text(elapsed()), text(feed.length()), feed.fed(), feed.events()));
      out.flush();
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - beganNanos);
  }

  /** All is out. */
  synchronized void finished(boolean exits) {
    finished = true;
    out.print(live ? CLEAR : "");
    out.println(
        "All %s are out%s"
            .formatted(
                VerifyCommand.counted(feed.events(), "event"),
                exits ? "" : "; they stay here to be read until Ctrl-C"));
    out.flush();
  }

  /** Nothing more is said: whoever comes next begins a line. */
  synchronized void close() {
    if (live && !finished) {
      out.println();
      out.flush();
    }
    finished = true;
  }

  /** {@code 0.4 s}, {@code 48 s}, {@code 3 min 5 s}, {@code 2 h 0 min}, {@code 3 d 4 h}. */
  static String text(Duration length) {
    if (length.toSeconds() < 10) {
      return String.format(Locale.ROOT, "%.1f s", length.toMillis() / 1e3);
    }
    if (length.toMinutes() < 1) {
      return length.toSeconds() + " s";
    }
    if (length.toHours() < 1) {
      return length.toMinutes() + " min " + length.toSecondsPart() + " s";
    }
    return length.toDays() < 1
        ? length.toHours() + " h " + length.toMinutesPart() + " min"
        : length.toDays() + " d " + length.toHoursPart() + " h";
  }
}
