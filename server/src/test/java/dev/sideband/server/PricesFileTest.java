package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.session.ModelPrice;
import dev.sideband.server.session.Prices;
import dev.sideband.server.session.Rates;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody wrote about prices is understood, or refused with one line that says where. */
class PricesFileTest {
  @TempDir private Path folder = Path.of("unset");

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("prices.yaml"), content);
  }

  private static Optional<BigDecimal> dollars(String amount) {
    return Optional.of(new BigDecimal(amount));
  }

  @Test
  void shouldReadWhatEachModelIsBilledAt() throws IOException {
    Path file =
        file(
            """
            prices:
              - models: [one, one-2025]
                text: {input: 4.00, cached: 0.40, output: 16}
                audio: {input: 32.5}
                image: {input: 5, cached:}
              - models: [two]
                minute: 0.006
            """);
    ModelPrice one =
        new ModelPrice(
            new Rates(dollars("4.00"), dollars("0.40"), dollars("16")),
            new Rates(dollars("32.5"), Optional.empty(), Optional.empty()),
            new Rates(dollars("5"), Optional.empty(), Optional.empty()),
            Optional.empty());
    ModelPrice two = new ModelPrice(Rates.NONE, Rates.NONE, Rates.NONE, dollars("0.006"));
    assertThat(PricesFile.read(file))
        .isEqualTo(new Prices(Map.of("one", one, "one-2025", one, "two", two)));
  }

  @Test
  void shouldReadTheExample() {
    Prices example = PricesFile.read(Path.of("../docs/examples/prices.yaml"));
    assertThat(example.byModel()).containsKeys("gpt-realtime", "gpt-4o-mini-transcribe");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "prices: []                                  | FILE: no prices (expected: at least one)",
        "prices: [{text: {input: 1}}]                | FILE: prices[0].models: none (expected: at least one name)",
        "prices: [{models: [], minute: 1}]           | FILE: prices[0].models: none (expected: at least one name)",
        "prices: [{models: [~], minute: 1}]          | FILE: prices[0].models: none (expected: at least one name)",
        "prices: [{models: [a]}]                     | FILE: prices[0]: no price (expected: text, audio, image or minute)",
        "prices: [{models: [7], minute: 1}]          | FILE:1: prices[0].models[0]: not a model's name (expected: a text)",
        "prices: [{models: [a, a], minute: 1}]       | FILE:1: prices[0].models[1]: a is named twice (expected: once)",
        "prices: [{models: [a], minute: -1}]         | FILE:1: prices[0].minute: -1 (expected: 0 to 1000000 US dollars)",
        "prices: [{models: [a], minute: 1e9}]        | FILE:1: prices[0].minute: 1e9 (expected: 0 to 1000000 US dollars)",
        "prices: [{models: [a], minute: dear}]       | FILE:1: prices[0].minute: not a number (expected: US dollars, such as 0.40)",
        "prices: [{models: [a], minute: 1, hour: 2}] | FILE:1: prices[0].hour: unknown key (expected: audio, image, minute, models, text)",
        "prices: [{models: [a], image: {output: 1}}] | FILE:1: prices[0].image.output: unknown key (expected: cached, input)",
        "price: []                                   | FILE:1: price: unknown key (expected: prices)",
        "prices: [{models: [a], minute: 1, minute: 2}] | FILE:1: prices[0]: Duplicate field 'minute'",
      })
  void shouldSayWhatIsWrongAndWhere(String content, String message) throws IOException {
    Path file = file(content);
    assertThatThrownBy(() -> PricesFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message.replace("FILE", file.toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''",
        "prices: dear",
        "- models: [a]",
        "prices: [{models: a, minute: 1}]",
        "prices: [a]"
      })
  void shouldSayWhatFormIsExpected(String content) throws IOException {
    Path file = file(content);
    assertThatThrownBy(() -> PricesFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + ":1: ")
        .hasMessageContaining("of another form (expected: prices: a list; each with models:")
        .hasMessageNotContaining("\n");
  }

  @Test
  void shouldNameTheLineOfAModelThatIsNamedTwice() throws IOException {
    Path file =
        file(
            """
            prices:
              - models: [one]
                minute: 1
              - models:
                  - two
                  - one
                minute: 2
            """);
    assertThatThrownBy(() -> PricesFile.read(file))
        .hasMessage(file + ":6: prices[1].models[1]: one is named twice (expected: once)");
  }

  @Test
  void shouldSayThatItCannotBeRead() {
    Path absent = folder.resolve("absent.yaml");
    assertThatThrownBy(() -> PricesFile.read(absent))
        .isInstanceOf(ConfigException.class)
        .hasMessage(absent + ": cannot be read (expected: a YAML file)");
  }
}
