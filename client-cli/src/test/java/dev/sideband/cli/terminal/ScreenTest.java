package dev.sideband.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ScreenTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Screen screen(Terminal terminal) {
    return new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldRedrawTheRegionBelowFinishedLines() {
    Screen screen = screen(new Terminal(true, false, 60, 24));
    screen.region(List.of("growing", "more"));
    screen.println("finished");
    assertThat(written()).isEqualTo("growing\nmore\n\u001b[2A\r\u001b[Jfinished\ngrowing\nmore\n");
  }

  @Test
  void shouldWriteOverARegionOfTheSameHeightAndEraseAnother() {
    Screen screen = screen(new Terminal(true, false, 60, 24));
    screen.region(List.of("growing", "more"));
    screen.region(List.of("grown", "less"));
    screen.region(List.of("least"));
    assertThat(written())
        .startsWith("growing\nmore\n\u001b[2A\rgrown\u001b[K\nless\u001b[K\n")
        .endsWith("\u001b[K\n\u001b[2A\r\u001b[Jleast\n");
  }

  @Test
  void shouldWriteNothingWhenTheRegionStaysTheSame() {
    Screen screen = screen(new Terminal(true, false, 60, 24));
    screen.region(List.of("growing"));
    screen.region(List.of("growing"));
    assertThat(written()).isEqualTo("growing\n");
  }

  @Test
  void shouldCutTheRegionToTheTerminalSoThatItNeverWraps() {
    screen(new Terminal(true, false, 40, 24)).region(List.of("x".repeat(100)));
    assertThat(written()).isEqualTo("x".repeat(38) + "…\n");
  }

  @Test
  void shouldNeverWriteARegionWithoutATerminal() {
    Screen screen = screen(Terminal.PLAIN);
    screen.spin("working");
    screen.println(screen.palette().bad("finished"));
    assertThat(written()).isEqualTo("finished\n");
  }

  @Test
  void shouldRespectNoColourAndDumbTerminals() {
    Map<String, String> none = Map.of();
    assertThat(Terminal.detect("50 90", none::get)).isEqualTo(new Terminal(true, true, 90, 50));
    assertThat(Terminal.detect("24 90", Map.of("NO_COLOR", "1")::get).colour()).isFalse();
    assertThat(Terminal.detect("24 90", Map.of("NO_COLOR", "")::get).colour()).isTrue();
    assertThat(Terminal.detect("24 90", Map.of("TERM", "dumb")::get)).isEqualTo(Terminal.PLAIN);
  }

  @Test
  void shouldBeNoTerminalWithoutASize() {
    for (String size : List.of("", "0 0", "24 0", "90", "wide")) {
      assertThat(Terminal.detect(size, name -> null)).as(size).isEqualTo(Terminal.PLAIN);
    }
    assertThat(Terminal.detect(null, name -> null)).isEqualTo(Terminal.PLAIN);
    assertThat(Terminal.detect("0 3", name -> null)).isEqualTo(new Terminal(true, true, 40, 24));
    assertThat(Terminal.detect("1 80", name -> null).rows()).isEqualTo(3);
  }
}
