package dev.sideband.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.terminal.Texts;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TopRowTest {
  private static final Palette PLAIN = new Palette(false);
  private static final TopRow INPUTS =
      new TopRow("inputs", "15/s", List.of("rejected 1", "accepted 76", "sent 61", "merged 5"));

  @Test
  void shouldTakeOneLineWhenAllPartsFit() {
    assertThat(INPUTS.lines(PLAIN, 80, 1))
        .containsExactly("  inputs              15/s  rejected 1  accepted 76  sent 61  merged 5");
  }

  @Test
  void shouldGoOnBelowWhenThereIsRoom() {
    assertThat(INPUTS.lines(PLAIN, 52, 3))
        .containsExactly(
            "  inputs              15/s  rejected 1  accepted 76",
            "                            sent 61  merged 5");
  }

  @Test
  void shouldCountThePartsThatAreLeftWhenThereIsNone() {
    assertThat(INPUTS.lines(PLAIN, 52, 1))
        .containsExactly("  inputs              15/s  rejected 1  +3");
    assertThat(INPUTS.lines(PLAIN, 40, 2))
        .containsExactly(
            "  inputs              15/s  rejected 1",
            "                            accepted 76  +2");
  }

  @Test
  void shouldShowOnePartALineAtLeast() {
    assertThat(INPUTS.lines(PLAIN, 20, 9)).hasSize(4);
    assertThat(new TopRow("starts", "", List.of()).lines(PLAIN, 20, 9)).containsExactly("  starts");
  }

  @Test
  void shouldMeasureWhatIsSeenWhenThereAreColours() {
    Palette colours = new Palette(true);
    TopRow row = new TopRow("inputs", "15/s", List.of(colours.warning("rejected 1"), "sent 61"));
    assertThat(row.lines(colours, 52, 1))
        .singleElement()
        .satisfies(line -> assertThat(Texts.width(line)).isEqualTo(47));
  }
}
