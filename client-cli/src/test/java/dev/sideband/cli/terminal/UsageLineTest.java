package dev.sideband.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.cli.terminal.EventLine.Tone;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Usage;
import dev.sideband.v1.UsageRecorded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody who watches reads of tokens, time and money. */
final class UsageLineTest {
  @ParameterizedTest
  @CsvSource({
    "0, ''",
    "1, $0.000001",
    "99, $0.000099",
    "100, $0.0001",
    "12345, $0.0123",
    "1500000, $1.5000"
  })
  void shouldTellDollarsToTheDigitsThatMatter(long microUsd, String dollars) {
    assertThat(UsageLine.cost(Usage.newBuilder().setCostMicroUsd(microUsd).build()))
        .isEqualTo(dollars);
  }

  @Test
  void shouldTellWhatWasUsedAndNothingElse() {
    assertThat(UsageLine.of(Usage.getDefaultInstance())).isEmpty();
    assertThat(UsageLine.of(Usage.newBuilder().setInputTokens(20).setOutputTokens(1).build()))
        .isEqualTo("20 tokens in, 1 out");
    assertThat(UsageLine.of(Usage.newBuilder().setSeconds(2.5).setCostMicroUsd(250).build()))
        .isEqualTo("2.5 s, $0.0003");
  }

  @Test
  void shouldTellAnEventWithTheTotalIfThatHasACost() {
    UsageRecorded.Builder recorded =
        UsageRecorded.newBuilder()
            .setUsage(Usage.newBuilder().setInputTokens(20).setCostMicroUsd(100));
    assertThat(EventLine.of(event(recorded)))
        .isEqualTo(new EventLine(Tone.QUIET, "transcription used", "20 tokens in, 0 out, $0.0001"));
    recorded.setResponseId("resp_1").setTotal(Usage.newBuilder().setCostMicroUsd(400));
    assertThat(EventLine.of(event(recorded)))
        .isEqualTo(
            new EventLine(
                Tone.QUIET, "response used", "20 tokens in, 0 out, $0.0001, $0.0004 so far"));
  }

  private static RealtimeEvent event(UsageRecorded.Builder recorded) {
    return RealtimeEvent.newBuilder().setUsageRecorded(recorded).build();
  }
}
