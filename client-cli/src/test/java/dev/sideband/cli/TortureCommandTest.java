package dev.sideband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sideband torture}, for real: its processes, its kills, its checks. */
@Timeout(240)
final class TortureCommandTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  @Test
  @Tag("torture")
  void shouldLoseNothingWhenTheServerIsKilledAgainAndAgain() {
    CliRun run =
        CliRun.typing(
            "",
            Map.of("SIDEBAND_HOME", HOME.toString()),
            "torture",
            "--minutes=0.5",
            "--seed=20",
            "--conversations=8",
            "--json");

    assertThat(run.lines()).as(run.out() + run.err()).hasSize(1);
    JsonObject report = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(report.has("error")).as(run.out() + run.err()).isFalse();
    assertThat(report.get("losses").getAsLong()).as(run.out()).isZero();
    assertThat(report.get("ok").getAsBoolean()).as(run.out()).isTrue();
    assertThat(run.status()).isZero();
    assertThat(report.get("kills").getAsLong()).isGreaterThan(1);
    assertThat(report.getAsJsonObject("rejoin_ms").get("count").getAsInt()).isPositive();
  }

  @Test
  @Tag("torture")
  void shouldFailWhenTheServerForgetsWhatItSaid(@TempDir Path home) throws Exception {
    launcher(
        home,
        "if [ \"$1\" = serve ]; then",
        "  previous=",
        "  for word in \"$@\"; do",
        "    [ \"$previous\" != --data ] || rm -rf \"$word\"",
        "    previous=$word",
        "  done",
        "fi",
        "exec '" + HOME.resolve("sideband") + "' \"$@\"");
    CliRun run =
        CliRun.typing(
            "",
            Map.of("SIDEBAND_HOME", home.toString()),
            "torture",
            "--minutes=0.1",
            "--seed=3",
            "--conversations=4",
            "--json");

    JsonObject report = reported(run);
    assertThat(report.has("error")).as(run.out() + run.err()).isFalse();
    assertThat(report.get("ok").getAsBoolean()).as(run.out()).isFalse();
    assertThat(report.get("losses").getAsLong()).isPositive();
    assertThat(run.out())
        .contains("was started, and is not in the log")
        .contains("live calls had no sideband again after kill")
        .contains("is still live at the provider");
    assertThat(run.status()).isEqualTo(1);
  }

  /** What it says; the folder that it keeps goes. */
  private static JsonObject reported(CliRun run) {
    JsonObject report = JsonParser.parseString(run.out()).getAsJsonObject();
    TemporaryFolder.delete(Path.of(report.get("folder").getAsString()));
    return report;
  }

  private static void launcher(Path home, String... script) throws IOException {
    Path launcher = home.resolve("sideband");
    Files.writeString(launcher, "#!/bin/sh\n" + String.join("\n", script) + "\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void shouldSayWhatIsWrongWhenItCannotBegin(@TempDir Path home) throws Exception {
    launcher(home, "echo 'no room on this machine' >&2", "exit 2");
    CliRun run =
        CliRun.typing(
            "", Map.of("SIDEBAND_HOME", home.toString()), "torture", "--minutes=0.1", "--json");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.lines()).hasSize(1);
    assertThat(reported(run).get("error").getAsString())
        .startsWith("the loopback did not start: it stopped before it was ready");
    assertThat(run.err()).contains("no room on this machine");
  }

  @Test
  void shouldRefuseATortureOfNothing() {
    Map<String, String> env = Map.of("SIDEBAND_HOME", HOME.toString());
    assertThat(CliRun.typing("", env, "torture", "--minutes=0").err())
        .contains("torture: length: PT0S (expected: more than 0)");
    CliRun nobody = CliRun.typing("", env, "torture", "--conversations=0");
    assertThat(nobody.status()).isEqualTo(2);
    assertThat(nobody.err()).contains("conversations: 0 (expected: at least 1)");
  }
}
