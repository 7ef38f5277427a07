package dev.sideband.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WaterfallTest {
  private static final Palette PLAIN = new Palette(false);

  @Test
  void shouldPutEachBarWhereItsStageWas() {
    List<Waterfall.Row> rows =
        List.of(
            Waterfall.Row.of("offer gathered", 0, 50, ""),
            Waterfall.Row.of("start rpc", 50, 100, "server added 1.2 ms"));
    List<String> lines = new Waterfall(rows, PLAIN, 77).lines("start");
    assertThat(lines)
        .containsExactly(
            "  start                                    ms    total",
            "  offer gathered        ██████             50       50",
            "  start rpc             ······██████       50      100   server added 1.2 ms");
  }

  @Test
  void shouldDrawTheSmallestStageAsASliver() {
    List<Waterfall.Row> rows =
        List.of(Waterfall.Row.of("tiny", 0, 0.2, ""), Waterfall.Row.of("long", 0, 1_000, ""));
    List<String> lines = new Waterfall(rows, PLAIN, 55).lines("start");
    assertThat(lines.get(1)).contains("▏").contains("0.2");
    assertThat(lines.get(2)).contains("████████████").contains("1,000");
  }

  @Test
  void shouldKeepALateRowFromSquashingTheOthers() {
    List<Waterfall.Row> rows =
        List.of(
            Waterfall.Row.of("offer", 0, 100, ""),
            new Waterfall.Row("first audio heard", 100, 9_000, "", true));
    List<String> lines = new Waterfall(rows, PLAIN, 55).lines("start");
    assertThat(lines.get(1)).contains("████████████");
    assertThat(lines.get(2)).contains("···········→").contains("9,000");
  }

  @Test
  void shouldStayWithinTheTerminalWhateverItsNotes() {
    List<Waterfall.Row> rows =
        List.of(
            Waterfall.Row.of("start rpc", 0, 468, "server added 171.3 ms"),
            Waterfall.Row.of("sideband joined", 100, 400, ""));
    assertThat(new Waterfall(rows, PLAIN, 80).lines("start"))
        .allSatisfy(line -> assertThat(Texts.width(line)).isLessThan(80))
        .last()
        .asString()
        .hasSizeGreaterThan(50);
  }

  @Test
  void shouldAlignEveryRowWhateverItsColour() {
    List<Waterfall.Row> rows =
        List.of(
            Waterfall.Row.of("one", 0, 13, ""),
            Waterfall.Row.of("two", 13, 77.7, ""),
            Waterfall.Row.of("three", 77.7, 100, ""));
    List<String> plain = new Waterfall(rows, PLAIN, 90).lines("start");
    List<String> coloured = new Waterfall(rows, new Palette(true), 90).lines("start");
    assertThat(plain.stream().map(Texts::width).distinct()).hasSize(1);
    assertThat(coloured.stream().map(Texts::width).toList())
        .isEqualTo(plain.stream().map(Texts::width).toList());
  }
}
