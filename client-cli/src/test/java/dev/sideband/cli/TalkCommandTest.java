package dev.sideband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sideband.cli.FakeConversationServer.Flaw;
import dev.sideband.cli.call.FakeStun;
import dev.sideband.cli.call.Wav;
import dev.sideband.v1.ClientMilestoneReached;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TalkCommandTest {
  @Test
  void shouldAskEachPipedLineAndPrintTheAnswers() throws Exception {
    try (FakeConversationServer server = new FakeConversationServer()) {
      Map<String, String> env = Map.of("SIDEBAND_SERVER", server.address());
      CliRun run = CliRun.typing("one\n\ntwo\n", env, "talk", "--text");
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out())
          .containsSubsequence(
              "you         one",
              "assistant   You said: one",
              "you         two",
              "assistant   You said: two",
              "ended");
      assertThat(server.newest().isEnded()).isTrue();
    }
  }

  @Test
  void shouldSayARecordingAndSaveWhatItHears(@TempDir Path folder) throws Exception {
    Path in = folder.resolve("in.wav");
    Path out = folder.resolve("out.wav");
    tone(600).write(in);
    try (FakeConversationServer server = new FakeConversationServer()) {
      server.answerAsSoonAsConnected();
      CliRun run =
          CliRun.of(
              "talk",
              "--wav",
              in.toString(),
              "--save",
              out.toString(),
              "--server",
              server.address());
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out()).contains("You said: hi").contains("saved " + out);
      assertThat(Wav.read(out).peak()).isGreaterThan(3_000);
      assertThat(Wav.read(out).duration()).isGreaterThan(Duration.ofMillis(600));
      StartupReports.requireWhole(server.newest().reported(1));
    }
  }

  @Test
  void shouldTalkOnWhenAMilestoneIsNotTaken(@TempDir Path folder) throws Exception {
    Path in = folder.resolve("in.wav");
    tone(600).write(in);
    try (var server = new FakeConversationServer(Flaw.TAKES_NO_OFFER_MILESTONE)) {
      server.answerAsSoonAsConnected();
      CliRun run = CliRun.of("talk", "--wav", in.toString(), "--server", server.address());
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out()).contains("You said: hi").doesNotContain("milestone");
      assertThat(server.newest().reported(1)).hasSize(5);
    }
  }

  @Test
  void shouldRenewTheCallByItselfWhenThatIsDue(@TempDir Path folder) throws Exception {
    Path in = folder.resolve("in.wav");
    tone(4_000).write(in);
    try (FakeConversationServer server = new FakeConversationServer()) {
      server.renewSoon();
      CliRun run = CliRun.of("talk", "--wav", in.toString(), "--server", server.address());
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out())
          .containsSubsequence("connected", "the call was renewed", "I am still here.", "ended")
          .doesNotContain("could not be renewed");
      assertThat(server.heardPeaks())
          .as("the voice moved over")
          .hasSize(2)
          .last()
          .satisfies(peak -> assertThat(peak).isGreaterThan(3_000));
      assertThat(server.newest().reported(2))
          .extracting(ClientMilestoneReached::getName)
          .containsExactly("dtls_connected");
    }
  }

  @Test
  void shouldAskForIceServersBeforeEachCallAndNotWaitForThoseThatAreSilent(@TempDir Path folder)
      throws Exception {
    Path in = folder.resolve("in.wav");
    tone(4_000).write(in);
    try (FakeConversationServer server = new FakeConversationServer();
        FakeStun stun = new FakeStun()) {
      server.tellOfStun(stun.url());
      server.renewSoon();
      CliRun run = CliRun.of("talk", "--wav", in.toString(), "--server", server.address());
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out()).contains("the call was renewed");
      assertThat(server.iceServersTold()).isEqualTo(2);
      assertThat(stun.requests()).isPositive();
    }
  }

  @Test
  void shouldGoOnWhenTheServerGoesAwayInTheMiddle(@TempDir Path folder) throws Exception {
    Path in = folder.resolve("in.wav");
    tone(2_000).write(in);
    try (FakeConversationServer server = new FakeConversationServer()) {
      server.answerAsSoonAsConnected();
      CliRun run =
          CliRun.whileRunning(
              out -> {
                await().until(() -> out.get().contains("You said: hi"));
                server.loseStreams();
              },
              "talk",
              "--wav",
              in.toString(),
              "--server",
              server.address());
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out())
          .containsSubsequence(
              "You said: hi", "the server is away; go on talking", "the server is back", "ended")
          .containsOnlyOnce("You said: hi");
    }
  }

  @Test
  void shouldShowWhatIsLiveOnATerminalAndLeaveNothingOfIt(@TempDir Path folder) throws Exception {
    Path in = folder.resolve("in.wav");
    tone(1_500).write(in);
    try (FakeConversationServer server = new FakeConversationServer()) {
      server.answerAsSoonAsConnected();
      CliRun run = CliRun.watched(90, "talk", "--wav", in.toString(), "--server", server.address());
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out())
          .contains("connecting ...")
          .containsPattern("mic [█▉▊▋▌▍▎▏]+·+   heard [█▉▊▋▌▍▎▏]+·*   sideband joined   0:0");
      assertThat(run.leftOnScreen())
          .hasSize(4)
          .noneMatch(line -> line.contains("sideband"))
          .last()
          .asString()
          .contains("ended");
    }
  }

  private static Wav tone(int millis) {
    short[] samples = new short[48 * millis];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) Math.round(12_000 * Math.sin(2 * Math.PI * 440 * i / 48_000));
    }
    return new Wav(samples, 48_000);
  }
}
