package dev.sideband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sideband.cli.FakeConversationServer.Flaw;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class DemoCommandTest {
  @Test
  void shouldHoldAWholeConversationOverWebRtc() throws Exception {
    try (FakeConversationServer server = new FakeConversationServer()) {
      CliRun run = CliRun.of("demo", "--server", server.address());
      assertThat(run.out())
          .contains("ICE connected")
          .containsOnlyOnce("  you ")
          .contains("you        " + FakeConversation.SPOKEN)
          .contains("handoff    “look up the build status” → agent: “all green”")
          .contains("assistant  " + FakeConversation.ANSWER)
          .contains("gapless, read again from the log")
          .contains("requested, hung up")
          .contains("Everything worked.")
          .doesNotContain("\u001b");
      assertThat(run.status()).isZero();
      StartupReports.requireWhole(server.newest().reported(1));
    }
  }

  @Test
  void shouldShowWhatIsSaidWhileItIsSaidAndKeepOneLineOfIt() throws Exception {
    try (FakeConversationServer server = new FakeConversationServer()) {
      CliRun run = CliRun.watched(80, "demo", "--server", server.address());
      assertThat(run.status()).isZero();
      assertThat(run.out()).contains("you        " + FakeConversation.SPOKEN + "▌");
      assertThat(run.leftOnScreen())
          .noneMatch(line -> line.endsWith("▌"))
          .filteredOn(line -> line.startsWith("  you"))
          .containsExactly("  you        " + FakeConversation.SPOKEN);
    }
  }

  @Test
  void shouldPrintOneJsonObjectWhenAskedTo() throws Exception {
    try (FakeConversationServer server = new FakeConversationServer()) {
      CliRun run = CliRun.of("demo", "--json", "--server", server.address());
      assertThat(run.lines()).hasSize(1);
      JsonObject report = JsonParser.parseString(run.out()).getAsJsonObject();
      assertThat(report.get("ok").getAsBoolean()).isTrue();
      assertThat(report.get("conversation_id").getAsString()).startsWith("0199a3b2");
      assertThat(report.get("events").getAsLong()).isEqualTo(server.newest().head());
      assertThat(report.get("ended_reason").getAsString()).isEqualTo("REQUESTED");
      JsonObject audio = report.getAsJsonObject("audio");
      assertThat(audio.get("frames_sent").getAsInt()).isPositive();
      assertThat(audio.get("frames_heard").getAsInt()).isGreaterThan(10);
      assertThat(audio.get("peak_heard").getAsInt()).isGreaterThan(1_000);
      assertThat(report.getAsJsonArray("milestones")).hasSizeGreaterThan(8);
      assertThat(report.getAsJsonArray("handoffs")).hasSize(1);
      assertThat(report.getAsJsonArray("transcripts")).hasSize(3);
    }
  }

  @Test
  void shouldNameTheGapWhenASequenceIsMissing() throws Exception {
    try (var server = new FakeConversationServer(Flaw.SKIPS_A_SEQUENCE)) {
      CliRun run = CliRun.of("demo", "--server", server.address());
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.out())
          .contains("Not everything worked.")
          .contains("event 5 came after event 3");
    }
  }

  @Test
  void shouldFailWhenNobodyWroteDownWhatTheUserSaid() throws Exception {
    try (var server = new FakeConversationServer(Flaw.TRANSCRIBES_NO_USER)) {
      CliRun run = CliRun.of("demo", "--server", server.address());
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.out())
          .contains("Not everything worked.")
          .contains("what the user said, in writing")
          .doesNotContain("the end of the conversation");
    }
  }

  @Test
  void shouldFailWhenAMilestoneIsNotTaken() throws Exception {
    try (var server = new FakeConversationServer(Flaw.TAKES_NO_OFFER_MILESTONE)) {
      CliRun run = CliRun.of("demo", "--server", server.address());
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.out()).contains("a milestone was not taken", "REQUEST_INVALID");
      assertThat(server.newest().reported(1)).hasSize(5);
    }
  }

  @Test
  void shouldPrintOneJsonObjectWhenTheConversationCannotBegin() throws Exception {
    try (var server = new FakeConversationServer(Flaw.REFUSES_TO_START)) {
      CliRun run = CliRun.of("demo", "--json", "--server", server.address());
      assertThat(run.status()).isEqualTo(1);
      JsonObject report = onlyObject(run);
      assertThat(report.get("error").getAsString()).contains("PROVIDER_UNREACHABLE");
      assertThat(report.getAsJsonArray("milestones")).hasSize(1);
    }
  }

  @Test
  void shouldPrintOneJsonObjectWhenThereIsNoServer() throws Exception {
    try (var server = new FakeConversationServer()) {
      String address = server.address();
      server.breakOff();
      CliRun run = CliRun.of("demo", "--json", "--server", address);
      assertThat(run.status()).isEqualTo(3);
      assertThat(onlyObject(run).get("error").getAsString()).startsWith("no server at ");
    }
  }

  private static JsonObject onlyObject(CliRun run) {
    assertThat(run.lines()).hasSize(1);
    JsonObject report = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(report.get("ok").getAsBoolean()).isFalse();
    return report;
  }

  @Test
  void shouldPrintOneJsonObjectWhenAServerOfItsOwnDidNotStart(@TempDir Path home) throws Exception {
    Path launcher = home.resolve("sideband");
    Files.writeString(launcher, "#!/bin/sh\necho 'no room on this machine' >&2\nexit 2\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    CliRun run = CliRun.typing("", Map.of("SIDEBAND_HOME", home.toString()), "demo", "--json");
    assertThat(run.status()).isEqualTo(1);
    JsonObject report = onlyObject(run);
    assertThat(report.get("error").getAsString()).startsWith("the server did not start");
    assertThat(report.getAsJsonArray("advice").toString()).contains("no room on this machine");
    assertThat(report.get("conversation_id").getAsString()).isEmpty();
  }

  @Test
  void shouldSayWhyAServerOfItsOwnDidNotStart(@TempDir Path home) throws Exception {
    Path launcher = home.resolve("sideband");
    Files.writeString(launcher, "#!/bin/sh\necho 'no room on this machine' >&2\nexit 2\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    CliRun run = CliRun.typing("", Map.of("SIDEBAND_HOME", home.toString()), "demo");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("the server did not start: it stopped before it was ready")
        .contains("no room on this machine");
  }

  @Test
  void shouldStartItsServerThroughTheLauncherAndEndIt(@TempDir Path home) throws Exception {
    try (FakeConversationServer server = new FakeConversationServer()) {
      Path ended = home.resolve("ended");
      Path launcher = home.resolve("sideband");
      Files.writeString(
          launcher,
          "#!/bin/sh\necho \"$@\" > "
              + home.resolve("arguments")
              + "\necho '{\"address\":\""
              + server.address()
              + "\",\"provider\":\"loopback\",\"log\":\"RocksDB in a temporary folder\"}'\n"
              + "cat > /dev/null\ntouch "
              + ended
              + "\n");
      Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
      CliRun run = CliRun.typing("", Map.of("SIDEBAND_HOME", home.toString()), "demo");
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out()).contains("embedded provider (loopback)");
      assertThat(Files.readString(home.resolve("arguments")))
          .contains("serve --port 0 --no-console --data ")
          .contains("--provider loopback --json --until-stdin-closes");
      assertThat(ended).exists();
    }
  }
}
