package dev.sideband.server;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Draws the trace of one start as an SVG, from the spans that a server exported: a row for each, in
 * the order of their beginnings below their parents, on one axis of time.
 *
 * <p>The axis ends with the last that is not the assistant's, who waits until somebody spoke; what
 * lasts longer, or comes later, has its time in words.
 *
 * <p>Run {@code main} with the test classpath and the file to write. It says where it takes OTLP,
 * and when its standard input ends, it draws the start of median length among those that came
 * whole.
 */
final class TracePicture {
  private static final String START = "conversation.start";
  private static final int WIDTH = 1080;
  private static final int LEFT = 270;
  private static final int RIGHT = 990;
  private static final int TOP = 92;
  private static final int ROW = 25;
  private static final int BAR = 15;

  private final List<Row> rows = new ArrayList<>();
  private final long begin;
  private final long end;
  private final StringBuilder svg = new StringBuilder();

  /** A span, and how far below the trace's first one. */
  private record Row(Span span, int depth) {}

  private TracePicture(List<Span> trace) {
    Map<ByteString, Span> byId =
        trace.stream().collect(toMap(Span::getSpanId, Function.identity()));
    Map<ByteString, List<Span>> children =
        trace.stream()
            .sorted(comparingLong(Span::getStartTimeUnixNano).thenComparing(Span::getName))
            .collect(groupingBy(Span::getParentSpanId));
    trace.stream()
        .filter(span -> !byId.containsKey(span.getParentSpanId()))
        .sorted(comparingLong(Span::getStartTimeUnixNano))
        .forEach(span -> addBelow(span, 0, children));
    begin = trace.stream().mapToLong(Span::getStartTimeUnixNano).min().orElseThrow();
    end = begin + shown(trace);
  }

  private void addBelow(Span span, int depth, Map<ByteString, List<Span>> children) {
    rows.add(new Row(span, depth));
    children
        .getOrDefault(span.getSpanId(), List.of())
        .forEach(child -> addBelow(child, depth + 1, children));
  }

  /** How many nanoseconds the axis shows. */
  private long shown(List<Span> trace) {
    long last =
        trace.stream()
            .filter(span -> !part(span).equals("assistant"))
            .mapToLong(Span::getEndTimeUnixNano)
            .max()
            .orElseThrow();
    return (long) ((last - begin) * 1.04);
  }

  /** Of many starts the one of median length, among those of which somebody was heard. */
  static List<Span> median(List<Span> spans) {
    List<List<Span>> starts =
        spans.stream().collect(groupingBy(Span::getTraceId)).values().stream()
            .filter(trace -> has(trace, START) && has(trace, "assistant.first_audio"))
            .sorted(comparing(trace -> nanos(named(trace, START))))
            .toList();
    if (starts.isEmpty()) {
      throw new IllegalStateException(
          "traces: no whole start among %d spans".formatted(spans.size()));
    }
    return starts.get(starts.size() / 2);
  }

  /** The spans of one trace, as an SVG that follows its reader's light or dark colours. */
  static String of(List<Span> trace) {
    return new TracePicture(trace).drawn(named(trace, START));
  }

  private String drawn(Span start) {
    int height = TOP + rows.size() * ROW + 44;
    svg.append(HEAD.formatted(WIDTH, height, WIDTH, height, WIDTH - 1, height - 1));
    text(24, 34, "title", "One start, as the server's spans tell it");
    text(
        24,
        55,
        "note",
        "%s ms from the Start's arrival to its answer; %d spans, one trace"
            .formatted(millis(nanos(start)), rows.size()));
    axis(height - 44);
    double answered = x(start.getEndTimeUnixNano());
    line(answered, TOP - 8, height - 40, "answer");
    text(
        answered + 5,
        height - 30,
        "note",
        "the caller has its answer; all below goes on without it");
    for (int row = 0; row < rows.size(); row++) {
      draw(rows.get(row), TOP + row * ROW);
    }
    legend(height - 12);
    return svg.append("</svg>\n").toString();
  }

  private void axis(int bottom) {
    long step = step();
    for (long at = 0; at <= end - begin; at += step) {
      double x = x(begin + at);
      line(x, TOP - 8, bottom, "grid");
      text(x, TOP - 14, "tick", at / 1_000_000 + (at == 0 ? " ms" : ""));
    }
  }

  /** A round number of milliseconds, of which the axis has four to ten. */
  private long step() {
    long step = 1_000_000;
    for (int factor = 0; (end - begin) / step > 9; factor++) {
      step = factor % 3 == 1 ? step / 2 * 5 : step * 2;
    }
    return step;
  }

  private void draw(Row row, int y) {
    Span span = row.span();
    text(24 + row.depth() * 16, y + 12, "name", span.getName());
    if (span.getStartTimeUnixNano() > end) {
      text(
          RIGHT,
          y + 12,
          "later",
          "after %s s, for %s ms ▸"
              .formatted(seconds(span.getStartTimeUnixNano() - begin), millis(nanos(span))));
      return;
    }
    double from = x(span.getStartTimeUnixNano());
    boolean whole = span.getEndTimeUnixNano() <= end;
    double to = whole ? x(span.getEndTimeUnixNano()) : RIGHT;
    svg.append(
        "<rect class=\"%s\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" rx=\"3\"/>\n"
            .formatted(part(span), number(from), y, number(Math.max(2, to - from)), BAR));
    text(to + 6, y + 12, "time", millis(nanos(span)) + (whole ? " ms" : " ms ▸"));
  }

  private static String part(Span span) {
    if (span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR) {
      return "failed";
    }
    String first = span.getName().replaceAll("\\..*", "");
    return List.of("provider", "assistant", "client").contains(first) ? first : "server";
  }

  private void legend(int y) {
    int x = 24;
    for (String part : List.of("server", "provider", "assistant", "client")) {
      svg.append(
          "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"11\" height=\"11\" rx=\"2\"/>\n"
              .formatted(part, x, y - 10));
      text(x + 17, y, "note", part.equals("client") ? "client, by its own clock" : part);
      x += 96;
    }
  }

  private double x(long time) {
    return LEFT + (double) (time - begin) / (end - begin) * (RIGHT - LEFT);
  }

  private void line(double x, int from, int to, String kind) {
    svg.append("<path class=\"%s\" d=\"M%s %dV%d\"/>\n".formatted(kind, number(x), from, to));
  }

  private void text(double x, int y, String kind, String words) {
    svg.append(
        "<text class=\"%s\" x=\"%s\" y=\"%d\">%s</text>\n"
            .formatted(kind, number(x), y, words.replace("&", "&amp;").replace("<", "&lt;")));
  }

  private static boolean has(List<Span> trace, String name) {
    return trace.stream().anyMatch(span -> span.getName().equals(name));
  }

  private static Span named(List<Span> trace, String name) {
    return trace.stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }

  private static long nanos(Span span) {
    return span.getEndTimeUnixNano() - span.getStartTimeUnixNano();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, nanos < 9_950_000 ? "%.1f" : "%.0f", nanos / 1e6);
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e9);
  }

  public static void main(String[] arguments) throws IOException {
    try (OtlpReceiver receiver = new OtlpReceiver()) {
      System.out.println(receiver.endpoint());
      System.in.transferTo(OutputStream.nullOutputStream());
      Files.writeString(Path.of(arguments[0]), of(median(receiver.spans())));
    }
  }

  private static final String HEAD =
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">
      <style>
      svg { --back: #ffffff; --edge: #d0d7de; --ink: #1f2328; --soft: #59636e; --grid: #e6eaef;
        --server: #3f7be0; --provider: #e08a1e; --assistant: #9a5fd0; --client: #2f9e63; --failed: #d1383d }
      @media (prefers-color-scheme: dark) { svg { --back: #0d1117; --edge: #30363d; --ink: #e6edf3;
        --soft: #9198a1; --grid: #21262d; --server: #5b9bff; --provider: #f2a541; --assistant: #b98be8;
        --client: #4ac286; --failed: #f0605f } }
      text { font: 13px system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif; fill: var(--ink) }
      .title { font-size: 18px; font-weight: 600 } .note { fill: var(--soft); font-size: 12.5px }
      .name { font: 12.5px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace }
      .tick { fill: var(--soft); font-size: 12px; text-anchor: middle } .time { fill: var(--soft); font-size: 12px }
      .later { fill: var(--soft); font-size: 12px; text-anchor: end }
      .time { paint-order: stroke; stroke: var(--back); stroke-width: 4px }
      .grid { stroke: var(--grid) } .answer { stroke: var(--soft); stroke-dasharray: 4 4 }
      .server { fill: var(--server) } .provider { fill: var(--provider) } .client { fill: var(--client) }
      .assistant { fill: var(--assistant) } .failed { fill: var(--failed) }
      </style>
      <rect x="0.5" y="0.5" width="%d" height="%d" rx="8" fill="var(--back)" stroke="var(--edge)"/>
      """;
}
