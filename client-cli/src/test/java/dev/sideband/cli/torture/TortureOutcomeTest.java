package dev.sideband.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sideband.cli.terminal.Screen;
import dev.sideband.cli.terminal.Terminal;
import dev.sideband.cli.torture.Evidence.Comeback;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is made of the checks: a verdict, words for people, and JSON. */
@Timeout(20)
final class TortureOutcomeTest {
  private static final Tally PLENTY = new Tally(9, 9_000, 900, 90);
  private static final Verdict KEPT = new Verdict("nothing is lost", 17, List.of());
  private static final Verdict BROKEN = new Verdict("nothing is lost", 17, List.of("a word"));
  private static final RejoinTimes TIMES = new RejoinTimes(3, 1_500, 2_400, 2_700);

  private static TortureOutcome outcome(Verdict verdict, List<String> missed) {
    return new TortureOutcome(PLENTY, List.of(verdict), List.of(), missed, TIMES, true);
  }

  private static TorturePlan plan() {
    return new TorturePlan(
        Duration.ofMinutes(2), 7, 12, 2, Path.of("sideband"), Path.of("somewhere"));
  }

  private static String told(TortureOutcome outcome) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Screen screen = new Screen(new PrintStream(out, true, StandardCharsets.UTF_8), Terminal.PLAIN);
    TortureView view = new TortureView(screen, plan().length());
    view.opening(plan(), outcome.diskFilled());
    view.summary(outcome);
    view.verdict(outcome, List.of("./sideband torture --seed 7"));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldFailWhenAnythingWasLostOrTooLittleHappened() {
    assertThat(outcome(KEPT, List.of()).isGood()).isTrue();
    assertThat(outcome(BROKEN, List.of()).isGood()).isFalse();
    assertThat(outcome(KEPT, List.of("3 kills (expected: at least 8)")).isGood()).isFalse();
    assertThat(
            new TortureOutcome(PLENTY, List.of(KEPT), List.of("odd"), List.of(), TIMES, true)
                .lossCount())
        .isEqualTo(1);
  }

  @Test
  void shouldAskForMoreTheLongerItTakes() {
    assertThat(Minimum.of(Duration.ofMinutes(2))).isEqualTo(new Minimum(8, 4_000, 400, 40));
    assertThat(Minimum.of(Duration.ofMinutes(2)).missedBy(PLENTY)).isEmpty();
    assertThat(Minimum.of(Duration.ofMinutes(2)).missedBy(new Tally(7, 3_999, 399, 39)))
        .containsExactly(
            "7 kills (expected: at least 8)",
            "3,999 events (expected: at least 4,000)",
            "399 inputs (expected: at least 400)",
            "39 rejoins (expected: at least 40)");
  }

  @Test
  void shouldTimeOnlyRestartsThatBroughtEverySidebandBack() {
    RejoinTimes times =
        RejoinTimes.of(
            List.of(
                new Comeback(1, 900, 0),
                new Comeback(2, -1, 0),
                new Comeback(3, 700, 0),
                new Comeback(4, 30_000, 2),
                new Comeback(5, 800, 0)));
    assertThat(times).isEqualTo(new RejoinTimes(3, 700, 800, 900));
    assertThat(RejoinTimes.of(List.of()).count()).isZero();
  }

  @Test
  void shouldTellWhatEveryPromiseCameTo() {
    assertThat(told(outcome(KEPT, List.of())))
        .contains("✓         17  nothing is lost")
        .contains("1.5 s to 2.7 s, half of them within 2.4 s")
        .contains("Nothing was lost.")
        .doesNotContain("\u001b");
    assertThat(told(outcome(BROKEN, List.of())))
        .contains("✗         17  nothing is lost")
        .contains("a word")
        .contains("Something was lost.")
        .contains("./sideband torture --seed 7");
    assertThat(told(outcome(KEPT, List.of("3 kills (expected: at least 8)"))))
        .contains("Too little happened to say so:")
        .contains("3 kills");
  }

  @Test
  void shouldGiveProgramsTheWhole() {
    String json = TortureReport.json(plan(), outcome(BROKEN, List.of("3 kills")));
    JsonObject report = JsonParser.parseString(json).getAsJsonObject();
    assertThat(report.get("ok").getAsBoolean()).isFalse();
    assertThat(report.get("kills").getAsLong()).isEqualTo(9);
    assertThat(report.get("events").getAsLong()).isEqualTo(9_000);
    assertThat(report.get("inputs").getAsLong()).isEqualTo(900);
    assertThat(report.get("rejoins").getAsLong()).isEqualTo(90);
    assertThat(report.get("losses").getAsLong()).isEqualTo(1);
    assertThat(report.getAsJsonObject("rejoin_ms").get("median").getAsLong()).isEqualTo(2_400);
    assertThat(report.getAsJsonArray("checks").toString()).contains("\"findings\":[\"a word\"]");
    assertThat(report.getAsJsonArray("too_little")).hasSize(1);
  }
}
