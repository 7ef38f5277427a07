package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.v1.Usage;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is used costs what the prices say, to the millionth of a dollar. */
class PricesTest {
  private static final Rates TEXT = rates("4", "0.4", "16");
  private static final Rates AUDIO = rates("32", "0.8", "64");
  private static final Rates IMAGE = rates("5", "0.5", "");

  private static final Prices PRICES =
      new Prices(
          Map.of(
              "voice", new ModelPrice(TEXT, AUDIO, IMAGE, Optional.empty()),
              "scribe",
                  new ModelPrice(
                      rates("1.25", "", "5"), rates("3", "", ""), Rates.NONE, Optional.empty()),
              "clock",
                  new ModelPrice(
                      Rates.NONE, Rates.NONE, Rates.NONE, Optional.of(new BigDecimal("0.006")))));

  static Rates rates(String input, String cached, String output) {
    return new Rates(dollars(input), dollars(cached), dollars(output));
  }

  private static Optional<BigDecimal> dollars(String amount) {
    return amount.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(amount));
  }

  private static OptionalLong cost(String model, Usage.Builder usage) {
    return PRICES.microUsd(model, usage.build());
  }

  private static Usage.Builder used() {
    return Usage.newBuilder();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        // what                   | text audio image cached: text audio image | out: text audio |
        // cost
        "nothing                  |    0|    0|    0|    0|    0|    0|    0|    0|      0",
        "text in                  | 1000|    0|    0|    0|    0|    0|    0|    0|   4000",
        "audio in                 |    0| 1000|    0|    0|    0|    0|    0|    0|  32000",
        "an image                 |    0|    0| 1000|    0|    0|    0|    0|    0|   5000",
        "text out                 |    0|    0|    0|    0|    0|    0| 1000|    0|  16000",
        "audio out                |    0|    0|    0|    0|    0|    0|    0| 1000|  64000",
        "text, all of it cached   | 1000|    0|    0| 1000|    0|    0|    0|    0|    400",
        "audio, half of it cached |    0| 1000|    0|    0|  500|    0|    0|    0|  16400",
        "an image, cached         |    0|    0| 1000|    0|    0| 1000|    0|    0|    500",
        "more cached than there is|  100|    0|    0| 1000|    0|    0|    0|    0|     40",
        "one cached token, rounded|    1|    0|    0|    1|    0|    0|    0|    0|      1",
        "six of them, rounded once|    6|    0|    0|    6|    0|    0|    0|    0|      3",
        "all at once              |  100|  200|  300|   50|  100|  150|   10|   20|   5765",
      })
  void shouldBillEachModality(
      String what,
      long text,
      long audio,
      long image,
      long cachedText,
      long cachedAudio,
      long cachedImage,
      long outText,
      long outAudio,
      long microUsd) {
    Usage.Builder usage =
        used()
            .setInputTokens(text + audio + image)
            .setInputTextTokens(text)
            .setInputAudioTokens(audio)
            .setInputImageTokens(image)
            .setCachedTokens(cachedText + cachedAudio + cachedImage)
            .setCachedTextTokens(cachedText)
            .setCachedAudioTokens(cachedAudio)
            .setCachedImageTokens(cachedImage)
            .setOutputTokens(outText + outAudio)
            .setOutputTextTokens(outText)
            .setOutputAudioTokens(outAudio);
    assertThat(cost("voice", usage)).as(what).hasValue(microUsd);
  }

  @Test
  void shouldTakeUnnamedCachedTokensForThoseThatSaveLeast() {
    Usage.Builder heard =
        used().setInputTokens(300).setInputTextTokens(100).setInputAudioTokens(200);
    // 100 of text save 3.6 each, so these come first; the other 50 are audio.
    assertThat(cost("voice", heard.setCachedTokens(150)))
        .hasValue(100 * 4 / 10 + 150 * 32 + 50 * 8 / 10);
    // Of 60 that are said to be audio's, and 20 of which nothing is said.
    assertThat(cost("voice", heard.setCachedTokens(80).setCachedAudioTokens(60)))
        .hasValue(80 * 4 + 20 * 4 / 10 + 140 * 32 + 60 * 8 / 10);
  }

  @Test
  void shouldTakeUnnamedTokensForTheDearest() {
    assertThat(cost("voice", used().setInputTokens(100))).hasValue(3200);
    assertThat(cost("voice", used().setInputTokens(100).setInputTextTokens(60)))
        .hasValue(60 * 4 + 40 * 32);
    assertThat(cost("voice", used().setInputTokens(100).setCachedTokens(50)))
        .hasValue(50 * 32 + 50 * 8 / 10);
    assertThat(cost("voice", used().setOutputTokens(100).setOutputTextTokens(60)))
        .hasValue(60 * 16 + 40 * 64);
  }

  @Test
  void shouldTakeUnnamedTokensForWhatHasAPrice() {
    // A transcription's output is text alone, and not said to be.
    Usage.Builder transcribed =
        used().setInputTokens(20).setInputAudioTokens(20).setOutputTokens(10);
    assertThat(cost("scribe", transcribed)).hasValue(20 * 3 + 10 * 5);
  }

  @Test
  void shouldBillCachedTokensInFullWhenTheyHaveNoPriceOfTheirOwn() {
    Usage.Builder heard =
        used().setInputTokens(8).setInputTextTokens(8).setCachedTokens(8).setCachedTextTokens(8);
    assertThat(cost("scribe", heard)).hasValue(10);
  }

  @ParameterizedTest
  @CsvSource({"60, 6000", "0.5, 50", "0.001, 1", "1, 100", "3599.99, 359999", "10.0000001, 1001"})
  void shouldBillTime(double seconds, long microUsd) {
    assertThat(cost("clock", used().setSeconds(seconds))).hasValue(microUsd);
  }

  @Test
  void shouldNotKnowWhatHasNoPrice() {
    assertThat(cost("voice-2", used().setInputTokens(1))).isEmpty();
    assertThat(cost("", used().setInputTokens(1))).isEmpty();
    assertThat(cost("voice", used().setSeconds(1))).isEmpty();
    assertThat(cost("clock", used().setInputTokens(1))).isEmpty();
    assertThat(cost("clock", used().setOutputTokens(1))).isEmpty();
    assertThat(
            cost("scribe", used().setInputTokens(9).setInputTextTokens(8).setInputImageTokens(1)))
        .as("the part that has a price is not the sum")
        .isEmpty();
    assertThat(cost("scribe", used().setOutputTokens(1).setOutputAudioTokens(1))).isEmpty();
  }

  @Test
  void shouldBearWhatNobodyCanHaveUsed() {
    assertThat(cost("voice", used().setInputTokens(Long.MAX_VALUE))).hasValue(Long.MAX_VALUE);
    assertThat(cost("clock", used().setSeconds(Double.MAX_VALUE))).hasValue(Long.MAX_VALUE);
  }

  @Test
  void shouldNotGoRoundWhenSumsAreTooLargeToAdd() {
    Usage most = Usage.newBuilder().setCostMicroUsd(Long.MAX_VALUE).build();
    assertThat(UsageTotal.sum(most, most).getCostMicroUsd()).isEqualTo(Long.MAX_VALUE);
    assertThat(UsageTotal.sum(most, Usage.getDefaultInstance()).getCostMicroUsd())
        .isEqualTo(Long.MAX_VALUE);
  }
}
