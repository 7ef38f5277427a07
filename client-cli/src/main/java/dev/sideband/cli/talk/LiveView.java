package dev.sideband.cli.talk;

import dev.sideband.cli.call.AudioMeter;
import dev.sideband.cli.terminal.LevelBar;
import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two lines beneath a conversation: who speaks and what, then levels, sideband and time. Without a
 * terminal it does nothing at all.
 *
 * <p><b>Threads.</b> Draws on one of its own, ten times a second; closed by any, and after that no
 * line of it is left.
 */
final class LiveView implements AutoCloseable {
  private static final long TICK_MS = 100;

  private final TalkScreen screen;
  private final Supplier<Moment.Look> moment;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
  private boolean closed;

  LiveView(TalkScreen screen, Supplier<Moment.Look> moment, LongSupplier nanoTime) {
    this.screen = screen;
    this.moment = moment;
    this.nanoTime = nanoTime;
  }

  /** Begins, and counts time from here; {@code levels} is null when there is no sound. */
  void open(@Nullable Levels levels) {
    if (screen.isLive()) {
      long began = nanoTime.getAsLong();
      var unused =
          ticker.scheduleWithFixedDelay(
              () -> draw(levels, nanoTime.getAsLong() - began), 0, TICK_MS, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void draw(@Nullable Levels levels, long elapsedNanos) {
    if (!closed) {
      Moment.Look look = moment.get();
      String idle = levels == null ? "your turn" : "listening";
      screen.live(List.of(speech(look, idle), state(look, levels, elapsedNanos)));
    }
  }

  private String speech(Moment.Look look, String idle) {
    Palette palette = screen.palette();
    return switch (look.speaker()) {
      case CONNECTING -> "  " + palette.faint("connecting ...");
      case NOBODY -> "  " + palette.faint(idle);
      case OVER -> "  " + palette.warning("it is over; press Enter");
      case USER -> Chat.label(palette.user("you")) + growing(look.text());
      case ASSISTANT -> Chat.label(palette.accent("assistant")) + growing(look.text());
    };
  }

  private String growing(String text) {
    int room = Math.max(10, screen.columns() - Texts.width(Chat.label("")) - 2);
    return Texts.tail(text, room) + screen.palette().accent("▌");
  }

  private String state(Moment.Look look, @Nullable Levels levels, long elapsedNanos) {
    Palette palette = screen.palette();
    List<String> parts = new ArrayList<>();
    if (levels != null) {
      parts.add(meter("mic", levels.microphone()));
      parts.add(meter("heard", levels.heard()));
    }
    if (!look.sideband().isEmpty()) {
      String words = "sideband " + look.sideband();
      parts.add(look.sideband().equals("lost") ? palette.warning(words) : palette.faint(words));
    }
    parts.add(palette.faint(clock(TimeUnit.NANOSECONDS.toSeconds(elapsedNanos))));
    return "  " + String.join("   ", parts);
  }

  private String meter(String name, int peak) {
    Palette palette = screen.palette();
    return palette.faint(name) + " " + LevelBar.of(AudioMeter.decibels(peak), palette);
  }

  private static String clock(long seconds) {
    return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    synchronized (this) {
      closed = true;
      screen.live(List.of());
    }
  }
}
