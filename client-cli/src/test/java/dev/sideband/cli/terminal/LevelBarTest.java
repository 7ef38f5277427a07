package dev.sideband.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LevelBarTest {
  @Test
  void shouldGrowFromSilenceToFullScale() {
    Palette plain = new Palette(false);
    assertThat(LevelBar.of(-96, plain)).isEqualTo("··········");
    assertThat(LevelBar.of(-60, plain)).isEqualTo("··········");
    assertThat(LevelBar.of(-33, plain)).isEqualTo("████▌·····");
    assertThat(LevelBar.of(0, plain)).isEqualTo("██████████");
    assertThat(LevelBar.of(3, plain)).isEqualTo("██████████");
  }

  @Test
  void shouldWarnOfClipping() {
    Palette coloured = new Palette(true);
    assertThat(LevelBar.of(-0.5, coloured)).startsWith(coloured.bad("█").substring(0, 4));
    assertThat(LevelBar.of(-20, coloured)).startsWith(coloured.good("█").substring(0, 4));
    assertThat(Texts.width(LevelBar.of(-7.7, coloured))).isEqualTo(10);
  }
}
