package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt\":\"look it up\"}|look it up",
        "{\"query\":\"b\",\"input\":\"a\"}|a",
        "{\"input\":\"  \",\"text\":\"said\"}|said",
        "{\"city\":\"Rome\"}|{\"city\":\"Rome\"}",
        "{\"prompt\":7}|{\"prompt\":7}",
        "not json|not json"
      })
  void shouldFindTheWordsInArguments(String arguments, String words) {
    assertThat(ArgumentText.of(arguments)).isEqualTo(words);
  }
}
