package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearseCommandTest {

  @Test
  void shouldHoldWholeConversationWhenNobodyIsThere() {
    assertThat(CommandRun.of("rehearse").exit()).isZero();
  }

  /** An export that nobody took would be a warning, which fails a test. */
  @Test
  void shouldExportToNobodyAsTheShippedConfigurationSays() {
    assertThat(CommandRun.of("rehearse", "--otel", "../otel-config/sdk.yaml").exit()).isZero();
  }

  @Test
  void shouldHoldAPlainConversationWhenTheConfigurationIsNotOurs(@TempDir Path folder) {
    String none = folder.resolve("none.yaml").toString();
    assertThat(CommandRun.of("rehearse", "--otel", none).exit()).isZero();
  }

  @Test
  void shouldExportToNobodyRatherThanToSomebodyElse(@TempDir Path folder) throws IOException {
    Path elsewhere = Files.writeString(folder.resolve("sdk.yaml"), "file_format: \"1.1\"\n");
    assertThatThrownBy(() -> ExportToNobody.as(elsewhere, folder))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--otel: " + elsewhere);
  }
}
