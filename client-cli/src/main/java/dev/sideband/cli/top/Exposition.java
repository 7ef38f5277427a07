package dev.sideband.cli.top;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prometheus' text format, version 0.0.4, one line after the other. Comments are skipped, types
 * with them: a name's ending tells as much. Timestamps are skipped too.
 */
final class Exposition {
  private final String line;
  private int at;

  private Exposition(String line) {
    this.line = line;
  }

  /** One line's worth: what was measured, of what, and how much. */
  record Sample(String name, Map<String, String> labels, double value) {}

  /**
   * All samples of a page, in its order.
   *
   * @throws IllegalArgumentException where it is not of that format, saying in which line
   */
  static List<Sample> parse(String text) {
    List<Sample> samples = new ArrayList<>();
    String[] lines = text.split("\r?\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (!line.isEmpty() && line.charAt(0) != '#') {
        try {
          samples.add(new Exposition(line).sample());
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
        }
      }
    }
    return samples;
  }

  private Sample sample() {
    String name = name();
    skipSpace();
    Map<String, String> labels = peek() == '{' ? labels() : Map.of();
    String[] rest = line.substring(at).strip().split("[ \t]+", -1);
    if (rest.length == 2) {
      requireTimestamp(rest[1]);
    } else if (rest.length > 2) {
      throw new IllegalArgumentException("more than a value and a time");
    }
    return new Sample(name, labels, number(rest[0]));
  }

  /** A metric's or a label's; only the former may have colons, but both are ours to read. */
  private String name() {
    int from = at;
    while (at < line.length() && isOfName(line.charAt(at), at == from)) {
      at++;
    }
    if (at == from) {
      throw new IllegalArgumentException("no name where one should be");
    }
    return line.substring(from, at);
  }

  private static boolean isOfName(char c, boolean first) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
    return letter || (!first && c >= '0' && c <= '9');
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    expect('{');
    skipSpace();
    while (peek() != '}') {
      String label = name();
      skipSpace();
      expect('=');
      skipSpace();
      labels.put(label, quoted());
      skipSpace();
      if (peek() != '}') {
        expect(',');
        skipSpace();
      }
    }
    expect('}');
    return labels;
  }

  private String quoted() {
    expect('"');
    StringBuilder text = new StringBuilder();
    while (peek() != '"') {
      char c = next();
      text.append(c == '\\' ? escaped(next()) : c);
    }
    expect('"');
    return text.toString();
  }

  private static char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case '\\', '"' -> c;
      default -> throw new IllegalArgumentException("no such escape: \\" + c);
    };
  }

  private static double number(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        // Java's own words and suffixes are none of this format's.
        if (text.isEmpty() || !text.matches("[-+0-9.eE]+")) {
          throw new IllegalArgumentException("no number where one should be");
        }
        yield Double.parseDouble(text);
      }
    };
  }

  private static void requireTimestamp(String text) {
    if (!text.matches("-?[0-9]+")) {
      throw new IllegalArgumentException("no time where one should be");
    }
  }

  private void skipSpace() {
    while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
      at++;
    }
  }

  private void expect(char c) {
    if (peek() != c) {
      throw new IllegalArgumentException("no " + c + " where one should be");
    }
    at++;
  }

  private char peek() {
    if (at >= line.length()) {
      throw new IllegalArgumentException("it breaks off");
    }
    return line.charAt(at);
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }
}
