package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sideband.server.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * OpenAI's own client for Node with the loopback as its server: nothing of it is replaced or hooked
 * into. It always dials {@code wss}, so the loopback speaks TLS, and Node is told whom to trust.
 */
class StockClientTest {
  private static final Path NODE_FILES = Path.of("src/test/node");

  private final Path scratch;

  StockClientTest(@TempDir Path scratch) {
    this.scratch = scratch;
  }

  @Test
  @Timeout(180)
  void shouldServeTextAudioAndASidebandWhenClientIsStock() throws Exception {
    installClient();
    TestCertificate certificate = TestCertificate.ofThisMachine(scratch);
    LoopbackConfig config =
        LoopbackFixture.paced()
            .withTls(new LoopbackConfig.Tls(certificate.certificate(), certificate.key()));
    try (LoopbackFixture loopback = LoopbackFixture.start(config)) {
      Map<String, String> trust =
          Map.of("NODE_EXTRA_CA_CERTS", certificate.certificate().toString());
      String base = loopback.server.baseUri().toString();
      ObjectNode heard =
          Json.readObject(run(trust, "node", "stock-client.mjs", base)).orElseThrow();

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
      requireSideband(heard);
      assertThat(loopback.server.report().hungUp()).isEqualTo(1);
      assertThat(loopback.server.report().live()).isZero();
    }
  }

  /**
   * On a call's sideband the same words, but no greeting and no sound; and it ends with its call.
   */
  private static void requireSideband(ObjectNode heard) {
    assertThat(heard.path("sideband").asText()).isEqualTo("You said: hello");
    assertThat(strings(heard.path("sidebandTypes")))
        .contains("session.updated", "response.output_audio_transcript.delta", "response.done")
        .doesNotContain("session.created", "response.output_audio.delta");
    assertThat(heard.path("sidebandClose").asInt()).isEqualTo(1000);
  }

  /** Exactly what the lock file says; only if it is not there yet, for that asks a registry. */
  private void installClient() throws Exception {
    Path installed = NODE_FILES.resolve("node_modules/.package-lock.json");
    Path wanted = NODE_FILES.resolve("package-lock.json");
    if (!Files.exists(installed)
        || Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(wanted)) < 0) {
      run(Map.of(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
    }
  }

  /** Runs a program among the Node files and returns what it prints. */
  private String run(Map<String, String> environment, String... command) throws Exception {
    Path output = scratch.resolve(command[0] + ".out");
    Path errors = scratch.resolve(command[0] + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(NODE_FILES.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().putAll(environment);
    Process process = begin(builder);
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      fail("%s: no end within 120 s", String.join(" ", command));
    }
    assertThat(process.exitValue())
        .as("%s: %s", String.join(" ", command), Files.readString(errors))
        .isZero();
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  private static Process begin(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException missing) {
      return fail(
          builder.command().get(0)
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
