package dev.sideband.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TextsTest {
  @Test
  void shouldWordSpansForPeople() {
    assertThat(Texts.span(0.44)).isEqualTo("0.4 ms");
    assertThat(Texts.span(41.2)).isEqualTo("41 ms");
    assertThat(Texts.span(1_849)).isEqualTo("1.8 s");
    assertThat(Texts.span(125_000)).isEqualTo("2 min 5 s");
    assertThat(Texts.span(3_900_000)).isEqualTo("1 h 5 min");
  }

  @Test
  void shouldWordAgesForPeople() {
    Instant now = Instant.ofEpochSecond(1_000_000);
    assertThat(Texts.ago(now.minusSeconds(5), now)).isEqualTo("5 s ago");
    assertThat(Texts.ago(now.minusSeconds(600), now)).isEqualTo("10 min ago");
    assertThat(Texts.ago(now.minusSeconds(200_000), now)).isEqualTo("2 d ago");
    assertThat(Texts.ago(now.plusSeconds(5), now)).isEqualTo("0 s ago");
  }

  @Test
  void shouldCutWithoutCountingColours() {
    String red = new Palette(true).bad("abcdefghij");
    assertThat(Texts.cut(red, 10)).isEqualTo(red);
    assertThat(Texts.width(Texts.cut(red, 5))).isEqualTo(5);
    assertThat(Texts.cut(red, 5)).endsWith("…\u001b[0m");
    assertThat(Texts.cut("😀😀😀😀", 3)).isEqualTo("😀😀…");
  }

  @Test
  void shouldWrapAtSpaces() {
    assertThat(Texts.wrap("one two  three four", 9)).containsExactly("one two", "three", "four");
    assertThat(Texts.wrap("", 9)).containsExactly("");
  }
}
