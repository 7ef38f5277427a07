package dev.sideband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandsTest {
  private static final String ONE = "0199a3b2-0000-7000-8000-000000000001";
  private static final String TWO = "0199a3b2-1111-7000-8000-000000000002";

  private FakeConversationServer server;

  @BeforeEach
  void serve() throws Exception {
    server = new FakeConversationServer();
    for (String id : List.of(ONE, TWO)) {
      FakeConversation conversation = server.add(id);
      conversation.start(StartRequest.getDefaultInstance());
      conversation.callCreated();
      conversation.join();
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private CliRun run(String... args) {
    return CliRun.typing("", Map.of("SIDEBAND_SERVER", server.address()), args);
  }

  @Test
  void shouldListNewestFirstWithIdsThatTellThemApart() {
    server.newest().end(EndReason.REQUESTED);
    CliRun run = run("list");
    assertThat(run.status()).isZero();
    assertThat(run.lines()).hasSize(3);
    assertThat(run.lines().get(1)).contains("0199a3b2-1 ").contains("requested").contains("4.2 s");
    assertThat(run.lines().get(2)).contains("0199a3b2-0 ").contains("live").contains("5 min ago");
  }

  @Test
  void shouldTellWhatAConversationCostWhereThatIsKnown() {
    assertThat(run("list").out()).doesNotContain("COST");
    assertThat(run("show", "last").out()).doesNotContain("usage");
    server
        .newest()
        .use(
            Usage.newBuilder()
                .setInputTokens(20)
                .setOutputTokens(10)
                .setCostMicroUsd(12_345)
                .build());
    assertThat(run("show", "last").out()).contains("  usage       20 tokens in, 10 out, $0.0123\n");
    server.newest().end(EndReason.BUDGET);

    CliRun list = run("list");
    assertThat(list.lines().get(0)).contains("COST");
    assertThat(list.lines().get(1)).contains(" $0.0123  gpt-realtime");
    assertThat(list.lines().get(2)).doesNotContain("$");
    assertThat(run("watch", "last").out())
        .contains("response used        20 tokens in, 10 out, $0.0123, $0.0123 so far")
        .contains("budget, hung up, 4.2 s, $0.0123");
  }

  @Test
  void shouldListOnlyLiveOnesAsJsonWhenAskedTo() {
    server.newest().end(EndReason.REQUESTED);
    CliRun run = run("list", "--live", "--json");
    assertThat(run.lines()).hasSize(1);
    assertThat(JsonParser.parseString(run.out()).getAsJsonObject().get("conversationId"))
        .hasToString("\"" + ONE + "\"");
  }

  @Test
  void shouldAcceptAPrefixWhenItIsUnambiguous() {
    CliRun run = run("say", "0199a3b2-1", "is", "it", "green?");
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("accepted as event 6, input ");
    assertThat(server.newest().state().getTranscript(0).getText())
        .isEqualTo("You said: is it green?");
  }

  @Test
  void shouldAskForMoreDigitsWhenAPrefixIsAmbiguous() {
    CliRun run = run("show", "0199");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("0199 begins the ids of 2 conversations")
        .contains("type more of it, for example:  0199a3b2-");
  }

  @Test
  void shouldPointToTheListWhenNoIdMatches() {
    CliRun run = run("stop", "ffff");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("no conversation's id begins with ffff")
        .contains("sideband list");
  }

  @Test
  void shouldTellTheServersCodeAndAdviceWhenItRefuses() {
    CliRun run = run("stop", "ffffffff-0000-7000-8000-000000000001");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err().lines())
        .containsExactly(
            "sideband: conversation_id: not one that is here  [CONVERSATION_NOT_FOUND]",
            "  see what there is:  ./sideband list");
  }

  @Test
  void shouldStopTheNewestWhenLastIsGiven() {
    CliRun run = run("stop", "last");
    assertThat(run.out()).isEqualTo("ending: requested (event 6)\n");
    assertThat(server.newest().isEnded()).isTrue();
  }

  @Test
  void shouldWatchAConversationToItsEndWithDeltasFolded() {
    run("say", "last", "hello there");
    server.newest().end(EndReason.REQUESTED);
    CliRun run = run("watch", "last");
    assertThat(run.status()).isZero();
    assertThat(run.lines().get(0)).startsWith("    1      +0 ms  conversation started");
    assertThat(run.out()).contains("assistant            You said: hello there");
    assertThat(run.out()).doesNotContain("transcript delta").doesNotContain("\u001b");
    assertThat(run.lines().get(run.lines().size() - 1)).contains("ended").contains("hung up");
  }

  @Test
  void shouldWatchAfterASequenceAsJsonWhenAskedTo() throws Exception {
    server.newest().end(EndReason.REQUESTED);
    CliRun run = run("watch", "last", "--after", "5", "--json");
    assertThat(run.lines()).hasSize(2);
    RealtimeEvent.Builder event = RealtimeEvent.newBuilder();
    com.google.protobuf.util.JsonFormat.parser().merge(run.lines().get(1), event);
    assertThat(event.build()).isEqualTo(server.newest().events().get(6));
  }

  @Test
  void shouldShowStateTimelineAndTranscript() {
    run("say", "last", "hello");
    CliRun run = run("show", "last", "--timeline");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains(TWO)
        .contains("state       live, sideband joined")
        .contains("sideband joined")
        .contains("response")
        .contains("assistant   You said: hello");
  }

  @Test
  void shouldMarkTheDefaultVoice() {
    assertThat(run("voices").lines())
        .containsExactly("openai-realtime", "  alloy", "  marin  default");
  }

  @Test
  void shouldExitWithThreeWhenNoServerAnswers() {
    String address = server.address();
    server.close();
    CliRun run = CliRun.of("list", "--server", address);
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err())
        .startsWith("sideband: no server at " + address + " (connection refused)\n")
        .contains("start one with:  ./sideband serve")
        .doesNotContain("\tat ");
  }

  @Test
  void shouldSayHowToResumeWhenTheServerGoesAwayWhileWatching() {
    String address = server.address();
    CliRun run =
        CliRun.whileRunning(
            out -> {
              await().atMost(Duration.ofSeconds(20)).until(() -> out.get().contains("    5 "));
              server.breakOff();
            },
            "watch",
            "--server",
            address,
            ONE);
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err())
        .contains("the connection to " + address + " broke")
        .contains("./sideband watch " + ONE + " --after 5");
  }

  @Test
  void shouldShowTheStackTraceWhenVerbose() {
    String address = server.address();
    server.close();
    assertThat(CliRun.of("list", "--verbose", "--server", address).err()).contains("\tat ");
  }

  @Test
  void shouldExitWithTwoWhenTheCommandLineIsWrong() {
    assertThat(run("lst").status()).isEqualTo(2);
    assertThat(run("lst").err()).contains("see:  ./sideband --help");
    assertThat(run("list", "--limit", "0").err()).contains("--limit: 0 (expected: 1 to 500)");
    assertThat(run("list", "--server", "nowhere").err()).contains("expected: HOST:PORT");
    assertThat(run("watch", "--after", "3").status()).isEqualTo(2);
    assertThat(run("list", "--token-file", "/nonexistent").err()).contains("cannot read");
    assertThat(run("talk", "--wav", "/nonexistent.wav").err()).contains("no such file");
  }

  @Test
  void shouldHaveHelpWithExamplesForEveryCommand() {
    CliRun root = run("--help");
    assertThat(root.status()).isZero();
    assertThat(root.out()).contains("Conversations").contains("serve").contains("Exit status");
    for (String command :
        List.of(
            "demo",
            "talk",
            "watch",
            "say",
            "list",
            "show",
            "stop",
            "voices",
            "version",
            "completion")) {
      assertThat(root.out()).contains("  " + command + " ");
      assertThat(run(command, "--help").out()).contains("\n  ./sideband " + command);
    }
  }

  @Test
  void shouldWorkOnAVeryNarrowTerminal() {
    CliRun list = CliRun.watched(40, "list", "--server", server.address());
    assertThat(list.err()).isEmpty();
    assertThat(list.status()).isZero();
    assertThat(CliRun.watched(40, "--help").out()).contains("demo", "serve");
  }

  @Test
  void shouldWriteACompletionScript() {
    assertThat(run("completion", "bash").out()).contains("complete -F").contains("voices");
    assertThat(run("completion", "fish").status()).isEqualTo(2);
  }

  @Test
  void shouldCompleteTheLaunchersCommandsAndTheServersOptionsToo(@TempDir Path folder)
      throws Exception {
    Path script = folder.resolve("completion");
    Files.writeString(script, run("completion", "bash").out());
    assertThat(completed(script, "")).contains("serve", "loopback", "test", "dist", "talk");
    assertThat(completed(script, "serve", "--pro")).containsExactly("--provider");
    assertThat(completed(script, "serve", "--provider", "")).containsExactly("openai", "loopback");
    for (String command :
        List.of("server/Serve", "server/Loopback", "server/Replay", "bridge/Bridge")) {
      String module = command.startsWith("bridge") ? "client-web-bridge" : "server";
      Path source = Path.of("..", module, "src/main/java/dev/sideband", command + "Command.java");
      String name = command.split("/", -1)[1].toLowerCase(Locale.ROOT);
      List<String> options =
          Pattern.compile("names = \"(--[a-z-]+)\"")
              .matcher(Files.readString(source))
              .results()
              .map(match -> match.group(1))
              .toList();
      assertThat(completed(script, name, "--")).containsAll(options).hasSize(options.size() + 1);
    }
  }

  /** What bash offers for the last of these words. */
  private static List<String> completed(Path script, String... words) throws Exception {
    String asked =
        "source \"$0\"; COMP_WORDS=(sideband \"$@\"); COMP_CWORD=$#; _complete_sideband;"
            + " printf '%s\\n' \"${COMPREPLY[@]}\"";
    List<String> command = new ArrayList<>(List.of("bash", "-c", asked, script.toString()));
    command.addAll(List.of(words));
    Process bash =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return bash.inputReader().lines().map(String::strip).toList();
  }
}
