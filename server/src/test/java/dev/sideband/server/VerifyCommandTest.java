package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Memo;
import dev.sideband.server.log.rocksdb.Damage;
import dev.sideband.store.v1.Bookmark;
import dev.sideband.store.v1.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sideband verify} as a person or a script meets it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class VerifyCommandTest {
  private final Path temporary;
  private final Path folder;

  VerifyCommandTest(@TempDir Path temporary) {
    this.temporary = temporary;
    this.folder = temporary.resolve("data");
  }

  private CommandRun verify(String... arguments) {
    return CommandRun.of("verify", arguments);
  }

  @Test
  void shouldSayThatItIsCleanWhenAServerWroteIt() throws IOException {
    RecordedLog recorded = RecordedLog.write(folder);

    CommandRun run = verify(folder.toString());
    assertThat(run.complained()).isEmpty();
    assertThat(run.said().get(0)).isEqualTo(folder + " is clean");
    assertThat(run.said().get(1)).contains("3 conversations", "1 live, 2 ended");
    assertThat(run.said().get(2)).contains(recorded.events() + " events", "on disk");
    assertThat(run.said().get(3)).contains("1 opening");
    assertThat(run.exit()).isZero();
  }

  @Test
  void shouldSayItInJsonWhenAsked() throws IOException {
    RecordedLog recorded = RecordedLog.write(folder);

    CommandRun run = verify(folder.toString(), "--json");
    assertThat(run.said()).hasSize(1);
    JsonNode said = new ObjectMapper().readTree(run.said().get(0));
    assertThat(said.get("clean").asBoolean()).isTrue();
    assertThat(said.get("events").asLong()).isEqualTo(recorded.events());
    assertThat(said.get("findings")).isEmpty();
  }

  @Test
  void shouldNameEachFindingWhenRowsAreDamaged() throws Exception {
    RecordedLog recorded = RecordedLog.write(folder);
    Damage.changeEvent(folder, recorded.ended(), 2);
    Damage.removeEvent(folder, recorded.live(), 2);
    Damage.removeFromLiveIndex(folder, recorded.live());
    Damage.removeCommit(folder, 1);

    CommandRun run = verify(folder.toString());
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.said().get(0)).startsWith(folder + " is damaged: ");
    assertThat(run.said())
        .anyMatch(
            line ->
                line.startsWith("  conversation " + recorded.ended() + ": event 2: event: damaged"))
        .contains("  conversation " + recorded.live() + ": events 2 to 2 are missing")
        .contains("  conversation " + recorded.live() + ": not in the live index")
        .anyMatch(line -> line.contains("event 1: is not in the commit index, at 1"))
        .contains(
            "  commit index: 12 rows (expected: 10, one for each of the events that it names)");
  }

  @Test
  void shouldNameTheMemosThatDoNotFit() throws Exception {
    RecordedLog recorded = RecordedLog.write(folder);
    byte[] good = Bookmark.newBuilder().setFormat(1).build().toByteArray();
    byte[] ahead = Checkpoint.newBuilder().setFormat(1).setSequence(1_000).build().toByteArray();
    ConversationId nobody = new ConversationId(new UUID(1, 2));
    Damage.putMemo(folder, recorded.live(), Memo.Kind.BOOKMARK, good);
    assertThat(verify(folder.toString()).exit()).isZero();
    Damage.changeMemo(folder, recorded.live(), Memo.Kind.BOOKMARK);
    Damage.putMemo(folder, recorded.live(), Memo.Kind.CHECKPOINT, ahead);
    Damage.putMemo(folder, recorded.ended(), Memo.Kind.BOOKMARK, good);
    Damage.putMemo(folder, nobody, Memo.Kind.BOOKMARK, good);

    assertThat(verify(folder.toString()).said())
        .anyMatch(line -> line.contains(recorded.live() + ": bookmark: memo: damaged"))
        .contains(
            "  conversation %s: checkpoint: knows more events than there are"
                .formatted(recorded.live()))
        .contains(
            "  conversation %s: bookmark: is there (expected: gone with the last event)"
                .formatted(recorded.ended()))
        .contains("  memos: 4 rows (expected: 3, one for each of the conversations' own)");
  }

  @Test
  void shouldNameTheEntryWhenItsMeaningIsOutOfPlace() throws Exception {
    RecordedLog recorded = RecordedLog.writeNonsense(folder);

    CommandRun run = verify(folder.toString());
    assertThat(run.exit()).isEqualTo(1);
    String conversation = "  conversation " + recorded.ended() + ": event ";
    assertThat(run.said())
        .contains(conversation + "2: is another ConversationStarted")
        .contains(conversation + "3: is ConversationEnded and not the last")
        .contains(conversation + "4: is the last and not ConversationEnded");
  }

  @Test
  void shouldSayInUseWhenAServerHasIt() throws Exception {
    Process server = Damage.holdInAnotherProcess(folder, temporary);
    try {
      CommandRun run = verify(folder.toString());
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.complained()).hasSize(1);
      assertThat(run.complained().get(0))
          .startsWith("sideband verify: data folder: " + folder)
          .contains("in use");
    } finally {
      server.destroyForcibly().waitFor();
    }
    assertThat(verify(folder.toString()).exit()).isZero();
  }

  @Test
  void shouldSayWhatIsMissingWhenThereIsNoDataFolder() throws IOException {
    Files.createDirectories(folder);
    for (Path nowhere : new Path[] {folder, temporary.resolve("nowhere")}) {
      CommandRun run = verify(nowhere.toString());
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.complained())
          .containsExactly(
              "sideband verify: data folder: %s (expected: one that a server has written)"
                  .formatted(nowhere));
    }
    assertThat(folder).isEmptyDirectory();
    assertThat(temporary.resolve("nowhere")).doesNotExist();
  }
}
