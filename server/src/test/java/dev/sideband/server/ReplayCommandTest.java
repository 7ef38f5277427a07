package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.rocksdb.StoredLog;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RealtimeEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code sideband replay} as a person or a script meets it. */
class ReplayCommandTest {
  private final Path data;
  private final Path file;
  private final RecordedLog recorded;

  ReplayCommandTest(@TempDir Path folder) {
    this.data = folder.resolve("data");
    this.file = folder.resolve("calls");
    this.recorded = RecordedLog.write(data);
  }

  /** A replay that runs until it is closed. */
  private static final class Running implements AutoCloseable {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final PipedOutputStream parent = new PipedOutputStream();
    private final CompletableFuture<Integer> exit;

    Running(String... arguments) throws IOException {
      InputStream stdin = new PipedInputStream(parent);
      List<String> line = new ArrayList<>(List.of("replay", "--port=0", "--until-stdin-closes"));
      line.addAll(List.of(arguments));
      exit = CompletableFuture.supplyAsync(() -> run(stdin, line));
    }

    private int run(InputStream stdin, List<String> line) {
      CommandLine command = ServerMain.commandLine(stdin);
      command.setOut(new PrintWriter(out, true));
      command.setErr(new PrintWriter(err, true));
      return command.execute(line.toArray(new String[0]));
    }

    List<String> said() {
      return out.toString().lines().toList();
    }

    Caller caller() {
      await().until(() -> said().size() >= 4 || exit.isDone());
      return Caller.of(Integer.parseInt(said().get(0).replaceFirst(".*:", "")));
    }

    void awaitAllOut() {
      await().until(() -> said().size() >= 5);
    }

    @Override
    public void close() throws IOException {
      parent.close();
      assertThat(exit.join()).as("%s", err).isZero();
    }
  }

  private List<ByteString> bytes(ConversationId conversation) {
    try (StoredLog log = StoredLog.open(data)) {
      return log.readEntries(conversation, 0, Integer.MAX_VALUE).stream()
          .map(LogEntry::event)
          .map(ByteString::copyFrom)
          .toList();
    }
  }

  private static List<ByteString> bytes(List<RealtimeEvent> story) {
    return story.stream().map(RealtimeEvent::toByteString).toList();
  }

  private void assertReplaysAll(Path source) throws IOException {
    try (Running replay = new Running(source.toString(), "--speed", "max");
        Caller caller = replay.caller()) {
      replay.awaitAllOut();
      for (ConversationId id : List.of(recorded.ended(), recorded.other(), recorded.live())) {
        assertThat(bytes(caller.story(id.toString()))).isEqualTo(bytes(id));
      }
      assertThat(caller.list())
          .filteredOn(ConversationSummary::getLive)
          .extracting(ConversationSummary::getConversationId)
          .containsExactly(recorded.live().toString());
    }
  }

  @Test
  void shouldTellTheRecordedBytesWhenADataFolderIsReplayed() throws IOException {
    assertReplaysAll(data);
    assertThat(CommandRun.of("verify", data.toString()).said().get(0)).contains("is clean");
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void shouldTellTheRecordedBytesWhenAFileIsReplayed(String format) throws IOException {
    CommandRun.of("export", data.toString(), "--format", format, "-o", file.toString());
    assertReplaysAll(file);
  }

  @Test
  void shouldLeaveTheFolderToAServerWhenAllIsOut() throws IOException {
    try (Running replay = new Running(data.toString(), "--speed", "max")) {
      replay.awaitAllOut();
      try (StoredLog log = StoredLog.open(data)) {
        assertThat(log.head(recorded.live())).isPresent();
      }
    }
  }

  @Test
  void shouldRefuseToChangeAnything() throws IOException {
    try (Running replay = new Running(data.toString(), "--speed", "max");
        Caller caller = replay.caller()) {
      replay.awaitAllOut();
      String id = recorded.live().toString();
      assertThat(caller.refusedStart(Requests.webRtc()).code())
          .isEqualTo(ErrorCode.REPLAY_IS_READ_ONLY);
      assertThat(Caller.refused(() -> caller.send(id, Requests.text("hello"))).code())
          .isEqualTo(ErrorCode.REPLAY_IS_READ_ONLY);
      assertThat(Caller.refused(() -> caller.stop(id)).code())
          .isEqualTo(ErrorCode.REPLAY_IS_READ_ONLY);
      assertThat(caller.voices().getDialects(0).getVoicesList()).contains("marin");
      assertThat(Caller.refused(() -> caller.get("00000000-0000-8000-8000-000000000000")).code())
          .isEqualTo(ErrorCode.CONVERSATION_NOT_FOUND);
    }
  }

  @Test
  void shouldShowHowThingsStoodWhenNotAllIsOutYet() throws IOException {
    // The second event was recorded a second after the first: that is 1,000 s of this replay.
    try (Running replay = new Running(data.toString(), "--speed", "0.001");
        Caller caller = replay.caller()) {
      String id = caller.list().get(0).getConversationId();
      ConversationState state = caller.get(id);
      assertThat(state.getSequence()).isEqualTo(1);
      assertThat(state.getPhase()).isEqualTo(ConversationState.Phase.STARTING);
      assertThat(caller.story(id)).hasSize(1);
    }
  }

  @Test
  void shouldReplayTheChosenOnesOnly() throws IOException {
    String chosen = recorded.other().toString().substring(0, 13);
    try (Running replay = new Running(data.toString(), chosen, "--speed=max");
        Caller caller = replay.caller()) {
      replay.awaitAllOut();
      assertThat(replay.said().get(0)).contains("replays 1 conversation, 4 events, on 127.0.0.1:");
      assertThat(caller.list())
          .extracting(ConversationSummary::getConversationId)
          .containsExactly(recorded.other().toString());
    }
  }

  @Test
  void shouldSayWhatItServesAndHowLongItTakes() throws IOException {
    try (Running replay = new Running(data.toString(), "--speed", "4000")) {
      replay.awaitAllOut();
      assertThat(replay.said().get(0))
          .matches("Sideband \\S+ replays 3 conversations, 13 events, on 127.*");
      assertThat(replay.said().subList(1, 5))
          .satisfiesExactly(
              from -> assertThat(from).isEqualTo("  from     " + data),
              speed ->
                  assertThat(speed)
                      .isEqualTo("  speed    4000x: 0.0 s for the 5.0 s that were recorded"),
              next -> assertThat(next).startsWith("Next:  ./sideband watch --server 127.0.0.1:"),
              end ->
                  assertThat(end)
                      .isEqualTo("All 13 events are out; they stay here to be read until Ctrl-C"));
    }
  }

  @Test
  void shouldEndByItselfAndLeaveNothingBehindWhenAskedTo() throws IOException {
    List<Path> before = temporary();
    CommandRun run =
        CommandRun.of("replay", data.toString(), "--port=0", "--speed=max", "--exit", "--json");
    assertThat(run.exit()).isZero();
    assertThat(run.said()).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(run.said().get(0));
    assertThat(line.path("events").asLong()).isEqualTo(13);
    assertThat(line.path("conversations").asInt()).isEqualTo(3);
    // Another test of this machine may be at it, too.
    await().untilAsserted(() -> assertThat(temporary()).isSubsetOf(before));
  }

  private static List<Path> temporary() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(path -> path.toString().contains("sideband-replay-")).toList();
    }
  }

  private static String requireRefused(String... arguments) {
    CommandRun run = CommandRun.of("replay", arguments);
    assertThat(run.said()).isEmpty();
    assertThat(run.exit()).isEqualTo(2);
    return run.complained().get(0);
  }

  @Test
  void shouldSayWhatIsWrongWhenItCannotBegin() throws IOException {
    assertThat(requireRefused(file.toString())).contains(file + ": not there (expected: a data");
    Files.writeString(file, "no export at all");
    assertThat(requireRefused(file.toString())).startsWith("sideband replay: " + file + ": ");
    assertThat(requireRefused(data.toString(), "zz")).contains("zz: begins no conversation's id");
    assertThat(requireRefused(data.toString(), "")).contains("begins the ids of 3 conversations");
    assertThat(requireRefused(data.toString(), "--speed", "0")).contains("expected: 1 = as it was");
    assertThat(requireRefused(data.toString(), "--address", "0.0.0.0"))
        .isEqualTo(
            "sideband replay: --address: 0.0.0.0 (expected: a loopback address, or --insecure)");
    Files.createDirectories(file.resolveSibling("empty"));
    assertThat(requireRefused(file.resolveSibling("empty").toString())).contains("empty");
  }
}
