package dev.sideband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TopCommandTest {
  private static CliRun once(String... pages) {
    try (FakeMetrics metrics = FakeMetrics.serving(pages)) {
      return CliRun.of("top", "--once", "--every=200ms", "--metrics=" + metrics.address());
    }
  }

  @Test
  void shouldShowOneScreenWhenAskedForOne() {
    CliRun run = once(FakeMetrics.recorded("earlier"), FakeMetrics.recorded("later"));
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.lines().get(0))
        .startsWith("Sideband top  127.0.0.1:")
        .contains("rates and counts over ");
    assertThat(run.out())
        .contains("conversations", "tokens", "ring", "create call", "until first audio")
        .doesNotContain("  +");
  }

  @Test
  void shouldSayThatNothingWasStartedYetAndLeaveOutWhatIsNotThere() {
    CliRun run = once(FakeMetrics.recorded("idle"));
    assertThat(run.out())
        .contains("no starts yet", "subscribers", "delivered")
        .doesNotContain("losses", "inputs", "stage of a start");
  }

  @Test
  void shouldSayWhatToStartWhenNobodyAnswers() {
    FakeMetrics gone = FakeMetrics.serving("");
    gone.close();
    CliRun run = CliRun.of("top", "--metrics", gone.address());
    String port = gone.address().substring(gone.address().indexOf(':') + 1);
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .containsExactly(
            "sideband: no metrics at " + gone.address() + " (connection refused)",
            "  start the server with:  ./sideband serve --metrics-port " + port);
  }

  @Test
  void shouldSayWhatIsWrongWhenSomethingElseAnswers() {
    assertThat(once("jvm_thread_count 4\n").err()).contains("serves no metric of Sideband's");
    assertThat(once("<html>\n").err())
        .contains("serves something other than Prometheus text (line 1: ")
        .contains("./sideband top --metrics HOST:PORT");
    CliRun refused = once("");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("answers with status 503");
  }

  @Test
  void shouldNotMindMetricsThatItDoesNotKnow() {
    String unknown = "sideband_of_tomorrow{sideband_state=\"new\"} 1\n";
    CliRun run = once(unknown + "sideband_start_stage_duration_seconds_bucket{le=\"x\"} 1\n");
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("no starts yet");
  }

  @Test
  void shouldPrintOneObjectForAReadingWhenJsonIsAskedFor() {
    try (FakeMetrics metrics =
        FakeMetrics.serving(FakeMetrics.recorded("earlier"), FakeMetrics.recorded("later"))) {
      CliRun run =
          CliRun.of("top", "--json", "--once", "--every=200ms", "--metrics=" + metrics.address());
      assertThat(run.lines()).hasSize(1);
      JsonObject report = JsonParser.parseString(run.out()).getAsJsonObject();
      assertThat(report.keySet())
          .containsExactly(
              "at",
              "metrics",
              "rates_over_seconds",
              "window_seconds",
              "restarted",
              "levels",
              "flows",
              "times",
              "stages",
              "milestones");
      assertThat(report.getAsJsonObject("stages").keySet())
          .containsExactly("validate", "create_call", "append", "answer", "join", "configure");
      JsonObject inputs = report.getAsJsonObject("flows").getAsJsonObject("inputs");
      assertThat(inputs.getAsJsonObject("by").getAsJsonObject("acknowledged").keySet())
          .containsExactly("per_second", "in_window", "since_start");
    }
  }

  @Test
  void shouldRefuseATimeOrAPlaceThatIsNone() {
    for (String every : List.of("0", "100ms", "11m", "1h", "-1s", "soon")) {
      CliRun run = CliRun.of("top", "--every=" + every);
      assertThat(run.status()).as(every).isEqualTo(2);
      assertThat(run.err()).contains("--every: " + every + " (expected: 200ms to 10m");
    }
    for (String place : List.of("9464", "localhost", "a:b", "a:0", "a:70000", "x/y:80", "u@a:80")) {
      CliRun run = CliRun.of("top", "--metrics=" + place);
      assertThat(run.status()).as(place).isEqualTo(2);
      assertThat(run.err()).contains("--metrics: " + place + " (expected: HOST:PORT");
    }
  }
}
