package dev.sideband.cli.terminal;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Small wordings that several views share: durations, sizes, cut and wrapped lines. */
public final class Texts {
  private static final Pattern ESCAPE = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private Texts() {}

  /** Milliseconds of a protobuf duration, fractions kept. */
  public static double millis(Duration duration) {
    return duration.getSeconds() * 1_000.0 + duration.getNanos() / 1_000_000.0;
  }

  /** The instant of a protobuf timestamp. */
  public static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  /** A span of time for people: {@code 0.4 ms}, {@code 41 ms}, {@code 1.8 s}, {@code 2 min 5 s}. */
  public static String span(double millis) {
    if (millis < 9.95) {
      return String.format(Locale.ROOT, "%.1f ms", millis);
    }
    if (millis < 1_000) {
      return Math.round(millis) + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1_000);
    }
    long seconds = Math.round(millis / 1_000);
    if (seconds < 3_600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
  }

  /** How long ago something was, for people. */
  public static String ago(Instant then, Instant now) {
    long seconds = Math.max(0, now.getEpochSecond() - then.getEpochSecond());
    if (seconds < 60) {
      return seconds + " s ago";
    }
    if (seconds < 3_600) {
      return seconds / 60 + " min ago";
    }
    return seconds < 86_400 ? seconds / 3_600 + " h ago" : seconds / 86_400 + " d ago";
  }

  /** Characters that take room on the screen. */
  public static int width(String text) {
    String visible = ESCAPE.matcher(text).replaceAll("");
    return visible.codePointCount(0, visible.length());
  }

  /** Cut to a width, with an ellipsis; escape sequences take no room and survive. */
  public static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    Matcher escape = ESCAPE.matcher(text);
    int room = columns - 1;
    boolean styled = false;
    for (int i = 0; i < text.length() && room > 0; ) {
      if (escape.region(i, text.length()).lookingAt()) {
        cut.append(escape.group());
        styled = true;
        i = escape.end();
      } else {
        int point = text.codePointAt(i);
        cut.appendCodePoint(point);
        i += Character.charCount(point);
        room--;
      }
    }
    return cut.append('…').append(styled ? "\u001b[0m" : "").toString();
  }

  /** Plain text broken at spaces into lines of at most a width. */
  public static List<String> wrap(String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : SPACES.split(text.strip(), -1)) {
      if (line.length() > 0 && line.length() + 1 + word.length() > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** On one line, and without anything that could steer a terminal: model output is not trusted. */
  public static String oneLine(String text) {
    return CONTROL.matcher(text).replaceAll(" ").strip();
  }

  /** The end of plain text, with an ellipsis before it when it is not all: what grows is there. */
  public static String tail(String text, int columns) {
    return text.length() <= columns ? text : "…" + text.substring(text.length() - columns + 1);
  }

  /** Padded on the right to a width. */
  public static String pad(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - width(text)));
  }

  /** Padded on the left to a width. */
  public static String padLeft(String text, int columns) {
    return " ".repeat(Math.max(0, columns - width(text))) + text;
  }
}
