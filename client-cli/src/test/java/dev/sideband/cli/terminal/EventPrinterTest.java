package dev.sideband.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Timestamp;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.InputCleared;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.Severity;
import dev.sideband.v1.TranscriptCompleted;
import dev.sideband.v1.TranscriptDelta;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class EventPrinterTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private EventPrinter printer(Terminal terminal, int idColumns) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new EventPrinter(new Screen(out, terminal), idColumns);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static RealtimeEvent.Builder event(long sequence, long millis) {
    return RealtimeEvent.newBuilder()
        .setConversationId("0199a3b2-7c4e-7000-8000-000000000001")
        .setSequence(sequence)
        .setTime(
            Timestamp.newBuilder()
                .setSeconds(1_000 + millis / 1_000)
                .setNanos((int) (millis % 1_000) * 1_000_000));
  }

  private static RealtimeEvent delta(long sequence, String text) {
    return event(sequence, sequence * 10)
        .setTranscriptDelta(
            TranscriptDelta.newBuilder().setRole(Role.ASSISTANT).setItemId("a1").setDelta(text))
        .build();
  }

  private static RealtimeEvent completed(long sequence, String text) {
    return event(sequence, sequence * 10)
        .setTranscriptCompleted(
            TranscriptCompleted.newBuilder().setRole(Role.ASSISTANT).setItemId("a1").setText(text))
        .build();
  }

  @Test
  void shouldFoldDeltasIntoOneLineWhenPlain() {
    EventPrinter printer = printer(Terminal.PLAIN, 0);
    printer.accept(delta(1, "Hello "));
    printer.accept(delta(2, "there."));
    printer.accept(completed(3, "Hello there."));
    assertThat(written()).isEqualTo("    3      +0 ms  assistant            Hello there.\n");
  }

  @Test
  void shouldGrowTheLineInPlaceAndReplaceItWhenItIsComplete() {
    EventPrinter printer = printer(new Terminal(true, false, 100, 24), 0);
    printer.accept(delta(1, "Hello "));
    printer.accept(delta(2, "there."));
    assertThat(written()).contains("Hello▌\n").endsWith("Hello there.▌\u001b[K\n");
    printer.accept(completed(3, "Hello there."));
    assertThat(written()).endsWith("Hello there.\n");
    assertThat(written().lines().filter(line -> line.contains("    3 "))).hasSize(1);
  }

  @Test
  void shouldBeginLinesWithTheIdWhenWatchingAll() {
    printer(Terminal.PLAIN, 8).accept(completed(7, "Hi."));
    assertThat(written()).startsWith("0199a3b2     7      +0 ms  assistant");
  }

  @Test
  void shouldCountTimeFromTheFirstEvent() {
    EventPrinter printer = printer(Terminal.PLAIN, 0);
    printer.accept(event(1, 0).setInputCleared(InputCleared.getDefaultInstance()).build());
    printer.accept(completed(2, "Hi."));
    printer.accept(event(3, 65_400).setInputCleared(InputCleared.getDefaultInstance()).build());
    assertThat(written()).contains("    2     +20 ms").contains("    3    +65.4 s");
  }

  @Test
  void shouldLetNoEventSteerTheTerminal() {
    printer(Terminal.PLAIN, 0).accept(completed(1, "evil\u001b[2J\r\ntext\u0007"));
    assertThat(written()).doesNotContain("\u001b").doesNotContain("\r").contains("evil [2J");
  }

  @Test
  void shouldHaveWordsForEveryPayload() {
    for (FieldDescriptor field : RealtimeEvent.getDescriptor().getOneofs().get(0).getFields()) {
      RealtimeEvent.Builder event = event(1, 0);
      event.setField(field, event.newBuilderForField(field).build());
      EventLine line = EventLine.of(event.build());
      assertThat(line.what()).as(field.getName()).isNotBlank().doesNotContain("_");
      assertThat(Texts.width(line.painted(new Palette(true), 20))).isGreaterThanOrEqualTo(20);
    }
    assertThat(EventLine.of(event(1, 0).build()).what()).isEqualTo("unknown event");
  }

  @Test
  void shouldBeLoudAboutErrorsByTheirSeverity() {
    assertThat(tone(Severity.RECOVERABLE)).isEqualTo(EventLine.Tone.WARNING);
    assertThat(tone(Severity.FATAL)).isEqualTo(EventLine.Tone.ERROR);
  }

  private static EventLine.Tone tone(Severity severity) {
    return EventLine.of(
            event(1, 0)
                .setErrorOccurred(
                    ErrorOccurred.newBuilder()
                        .setSeverity(severity)
                        .setCode(ErrorCode.PROVIDER_ERROR))
                .build())
        .tone();
  }
}
