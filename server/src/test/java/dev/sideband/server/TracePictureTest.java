package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A picture shows the spans that there were, where they were. */
class TracePictureTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long EPOCH = 1_700_000_000_000L * MILLISECOND;

  private static Span span(String trace, String name, String parent, long from, long to) {
    return Span.newBuilder()
        .setTraceId(ByteString.copyFromUtf8(trace))
        .setSpanId(ByteString.copyFromUtf8(name))
        .setParentSpanId(ByteString.copyFromUtf8(parent))
        .setName(name)
        .setStartTimeUnixNano(EPOCH + from * MILLISECOND)
        .setEndTimeUnixNano(EPOCH + to * MILLISECOND)
        .build();
  }

  /** A start that takes so many milliseconds, and a join beside it that ends at 1,000. */
  private static List<Span> start(String trace, long milliseconds) {
    return new ArrayList<>(
        List.of(
            span(trace, "assistant.first_audio", "conversation.start", 3_000, 3_020),
            span(trace, "sideband.join", "conversation.start", milliseconds, 1_000),
            span(trace, "conversation.start", "elsewhere", 0, milliseconds),
            span(trace, "provider.create_call", "conversation.start", 1, milliseconds - 1)));
  }

  private static List<String> texts(String picture) {
    return Pattern.compile("<text[^>]*>([^<]*)</text>")
        .matcher(picture)
        .results()
        .map(text -> text.group(1))
        .toList();
  }

  private static double width(String picture, String part) {
    return Pattern.compile("<rect class=\"" + part + "\"[^>]* width=\"([0-9.]+)\"")
        .matcher(picture)
        .results()
        .mapToDouble(bar -> Double.parseDouble(bar.group(1)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldShowEachSpanBelowItsParentInTheOrderOfTheirBeginnings() {
    assertThat(texts(TracePicture.of(start("a", 200))))
        .containsSubsequence(
            "conversation.start",
            "200 ms",
            "provider.create_call",
            "198 ms",
            "sideband.join",
            "800 ms",
            "assistant.first_audio",
            "after 3.0 s, for 20 ms ▸");
  }

  @Test
  void shouldDrawToScaleWhatEndsBeforeTheAxisDoes() {
    String picture = TracePicture.of(start("a", 200));
    double whole = 1_040; // milliseconds: the join's end, and some room
    double axis = 990 - 270;
    assertThat(width(picture, "provider")).isBetween(axis * 197 / whole, axis * 199 / whole);
    assertThat(texts(picture)).contains("0 ms", "200", "1000").doesNotContain("3000");
  }

  @Test
  void shouldMarkWhatFailed() {
    List<Span> trace = start("a", 200);
    trace.set(
        1,
        trace.get(1).toBuilder()
            .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
            .build());
    assertThat(width(TracePicture.of(trace), "failed")).isPositive();
  }

  @Test
  void shouldTakeTheStartOfMedianLengthThatCameWhole() {
    List<Span> spans = new ArrayList<>(start("a", 500));
    spans.addAll(start("b", 100));
    spans.addAll(start("c", 200));
    spans.addAll(start("d", 300).subList(1, 4));
    assertThat(TracePicture.median(spans)).containsExactlyElementsOf(start("c", 200));
  }

  @Test
  void shouldSayThatThereIsNoneWhenNoStartCameWhole() {
    assertThatThrownBy(() -> TracePicture.median(start("a", 100).subList(1, 4)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("traces: no whole start among 3 spans");
  }
}
