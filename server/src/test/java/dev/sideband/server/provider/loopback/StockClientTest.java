package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own client for Node, unchanged, with the loopback as its server. */
class StockClientTest {
  private static final Path NODE_FILES = Path.of("src/test/node");

  private final Path scratch;

  StockClientTest(@TempDir Path scratch) {
    this.scratch = scratch;
  }

  @Test
  @Timeout(180)
  void shouldServeTextAndAudioWhenClientIsStock() throws Exception {
    installClient();
    try (LoopbackFixture loopback = LoopbackFixture.start(LoopbackFixture.paced())) {
      ObjectNode heard =
          Json.readObject(run("node", "stock-client.mjs", loopback.server.baseUri().toString()))
              .orElseThrow();

      assertThat(heard.path("text").asText()).isEqualTo("You said: hello");
      assertThat(heard.path("audio").asText()).isEqualTo("I heard 1.0 seconds of speech.");
      assertThat(strings(heard.path("audioTypes")))
          .contains(
              "session.created",
              "session.updated",
              "input_audio_buffer.speech_started",
              "input_audio_buffer.speech_stopped",
              "input_audio_buffer.committed",
              "conversation.item.input_audio_transcription.completed",
              "response.output_audio.delta",
              "response.output_audio_transcript.delta",
              "response.done");
    }
  }

  /** Exactly what the lock file says; only if it is not there yet, for that asks a registry. */
  private void installClient() throws Exception {
    Path installed = NODE_FILES.resolve("node_modules/.package-lock.json");
    Path wanted = NODE_FILES.resolve("package-lock.json");
    if (!Files.exists(installed)
        || Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(wanted)) < 0) {
      run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
    }
  }

  /** Runs a program among the Node files and returns what it prints. */
  private String run(String... command) throws Exception {
    Path output = scratch.resolve(command[0] + ".out");
    Path errors = scratch.resolve(command[0] + ".err");
    Process process = begin(command, output, errors);
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      fail("%s: no end within 120 s", String.join(" ", command));
    }
    assertThat(process.exitValue())
        .as("%s: %s", String.join(" ", command), Files.readString(errors))
        .isZero();
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  private static Process begin(String[] command, Path output, Path errors) {
    try {
      return new ProcessBuilder(command)
          .directory(NODE_FILES.toFile())
          .redirectOutput(output.toFile())
          .redirectError(errors.toFile())
          .start();
    } catch (IOException missing) {
      return fail(
          command[0]
              + ": not found (expected: Node 18 or newer with npm; on Debian: apt-get install nodejs npm)",
          missing);
    }
  }

  private static List<String> strings(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.toCollection(ArrayList::new));
  }
}
