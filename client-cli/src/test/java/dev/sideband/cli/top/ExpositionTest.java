package dev.sideband.cli.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.cli.top.Exposition.Sample;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpositionTest {
  private static Sample only(String line) {
    assertThat(Exposition.parse(line)).hasSize(1);
    return Exposition.parse(line).get(0);
  }

  @Test
  void shouldReadNamesLabelsAndValuesAndSkipCommentsAndTimes() {
    assertThat(
            Exposition.parse(
                """
                # HELP a_total What \\n it {is="1"} 5
                # TYPE a_total counter
                a_total{x="1",y="two words",} 4.0E2 1795000000000
                #

                b 7\r
                c:d{ x = "}" , z="," }\t-0.5 -1
                """))
        .containsExactly(
            new Sample("a_total", Map.of("x", "1", "y", "two words"), 400),
            new Sample("b", Map.of(), 7),
            new Sample("c:d", Map.of("x", "}", "z", ","), -0.5));
    assertThat(Exposition.parse("")).isEmpty();
  }

  @Test
  void shouldUndoEscapesInLabels() {
    assertThat(only("a{x=\"\\\\n \\\"q\\\" \\n\"} 1").labels()).containsEntry("x", "\\n \"q\" \n");
  }

  @Test
  void shouldReadWhatIsNoOrdinaryNumber() {
    assertThat(only("a NaN").value()).isNaN();
    assertThat(only("a_bucket{le=\"+Inf\"} +Inf").value()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(only("a -Inf").value()).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>",
        "9a 1",
        "a",
        "a one",
        "a 1f",
        "a Infinity",
        "a 1 2 3",
        "a 1 soon",
        "a{x=1} 1",
        "a{x=\"1\" y=\"2\"} 1",
        "a{x=\"1\\t\"} 1",
        "a{x=\"1",
        "a{x=\"1\"",
        "a 1e"
      })
  void shouldRefuseWhatIsNotOfTheFormatAndSayWhere(String line) {
    assertThatThrownBy(() -> Exposition.parse("# first\n" + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line 2: ");
  }
}
