package dev.sideband.server.log.rocksdb;

import static dev.sideband.server.log.LogFixture.append;
import static dev.sideband.server.log.LogFixture.conversation;
import static dev.sideband.server.log.LogFixture.fateOf;
import static dev.sideband.server.log.LogFixture.texts;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.rocksdb.Verification.Cuts;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What power loss leaves at the end of the write-ahead file is cut off, and that is said. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TornTailTest {
  private static final int APPENDS = 5;
  private static final EntryCheck NO_MEANING = (id, sequence, last, entry) -> Optional.empty();

  private final Path folder;
  private final Path afterPowerLoss;
  private final ConversationId conversation = conversation();

  TornTailTest(@TempDir Path temporary) {
    this.folder = temporary.resolve("data");
    this.afterPowerLoss = temporary.resolve("after-power-loss");
  }

  /** Appends one at a time; gives how long the write-ahead file was after each. */
  private long[] write() throws IOException {
    long[] lengths = new long[APPENDS + 1];
    try (RocksDbEventLog log = Logs.open(folder, event -> {})) {
      lengths[0] = Files.size(writeAhead(folder));
      for (int sequence = 0; sequence < APPENDS; sequence++) {
        fateOf(log, append(log, conversation, sequence, fate -> {}, "event " + (sequence + 1)));
        lengths[sequence + 1] = Files.size(writeAhead(folder));
      }
    }
    return lengths;
  }

  private static Path writeAhead(Path folder) throws IOException {
    List<Path> logs =
        DurabilityTest.files(folder).stream()
            .filter(file -> file.toString().endsWith(".log"))
            .toList();
    assertThat(logs).hasSize(1);
    return logs.get(0);
  }

  private void cutAt(long length) throws IOException {
    if (Files.exists(afterPowerLoss)) {
      for (Path file : DurabilityTest.files(afterPowerLoss)) {
        Files.delete(file);
      }
    }
    DurabilityTest.copy(folder, afterPowerLoss, Map.of(writeAhead(folder), length));
  }

  private long lastSequenceAfterPowerLoss() {
    try (RocksDbEventLog survivor = Logs.open(afterPowerLoss, event -> {})) {
      long last = survivor.head(conversation).map(Head::lastSequence).orElse(0L);
      assertThat(texts(survivor.read(conversation, 0, Integer.MAX_VALUE)))
          .containsExactlyElementsOf(
              LongStream.rangeClosed(1, last).mapToObj(number -> "event " + number).toList());
      assertThat(survivor.lastPosition()).isEqualTo(last);
      return last;
    }
  }

  private Verification verify() {
    try (StoredLog stored = StoredLog.open(afterPowerLoss)) {
      return stored.verify(NO_MEANING);
    }
  }

  @Test
  @ExpectWarning("were never completely written")
  void shouldHaveAPrefixWhenTheLastRecordIsCutAtAnyByte() throws IOException {
    long[] lengths = write();
    long before = lengths[APPENDS - 1];
    long whole = lengths[APPENDS];
    assertThat(whole).isGreaterThan(before + 50);
    for (long cut = before; cut < whole; cut++) {
      cutAt(cut);
      assertThat(WriteAheadFile.tornIn(afterPowerLoss))
          .extracting(WriteAheadFile.Torn::tornBytes)
          .isEqualTo(cut == before ? List.of() : List.of(cut - before));
      assertThat(lastSequenceAfterPowerLoss()).as("cut at byte %d", cut).isEqualTo(APPENDS - 1);
    }
    cutAt(whole);
    assertThat(lastSequenceAfterPowerLoss()).isEqualTo(APPENDS);
  }

  @Test
  @ExpectWarning("were never completely written")
  void shouldHaveAPrefixWhenTheFileIsCutAnywhere() throws IOException {
    long length = write()[APPENDS];
    long previous = APPENDS;
    for (long cut = length; cut >= 0; cut -= 97) {
      cutAt(cut);
      long last = lastSequenceAfterPowerLoss();
      assertThat(last).isLessThanOrEqualTo(previous);
      previous = last;
    }
    assertThat(previous).isZero();
  }

  @Test
  @ExpectWarning("The log's last 10 bytes")
  void shouldShowWhatWillBeCutAndWhatWasCutWhenVerified() throws IOException {
    long[] lengths = write();
    cutAt(lengths[APPENDS - 1] + 10);

    Verification before = verify();
    assertThat(before.findings()).isEmpty();
    assertThat(before.tornBytes()).isEqualTo(10);
    assertThat(before.cuts()).isEqualTo(Cuts.NONE);
    assertThat(verify()).as("looked at, not touched").isEqualTo(before);

    assertThat(lastSequenceAfterPowerLoss()).isEqualTo(APPENDS - 1);
    Verification after = verify();
    assertThat(after.findings()).isEmpty();
    assertThat(after.tornBytes()).isZero();
    assertThat(after.cuts()).isEqualTo(new Cuts(1, 10, 2));
  }

  @Test
  @ExpectWarning("The log is damaged")
  void shouldSayWhatMayBeLostWhenWholeWritesFollowTheDamage() throws IOException {
    write();
    // So that later writes are in later blocks, where the damage does not hide them.
    try (RocksDbEventLog log = Logs.open(folder, event -> {})) {
      for (int sequence = APPENDS; sequence < APPENDS + 4; sequence++) {
        fateOf(log, append(log, conversation, sequence, fate -> {}, "x".repeat(20_000)));
      }
    }
    Path file = writeAhead(folder);
    flip(file, 20);

    List<WriteAheadFile.Torn> torn = WriteAheadFile.tornIn(folder);
    assertThat(torn).hasSize(1);
    assertThat(torn.get(0).wholeBytes()).isLessThanOrEqualTo(20);
    assertThat(torn.get(0).tornBytes()).isGreaterThan(80_000);
    assertThat(torn.get(0).laterWrites()).isPositive();
    Logs.open(folder, event -> {}).close();
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ 1);
    }
  }

  @Test
  void shouldSayThatATableIsDamagedWhenItIsRead() throws IOException {
    write();
    // Opening again writes what was in the write-ahead file to tables.
    Logs.open(folder, event -> {}).close();
    for (Path file : DurabilityTest.files(folder)) {
      // Compression leaves the first of them as it is.
      int at = indexOf(file, "private event 1");
      if (file.toString().endsWith(".sst") && at >= 0) {
        flip(file, at);
      }
    }
    try (StoredLog stored = StoredLog.open(folder)) {
      assertThatThrownBy(() -> stored.readEntries(conversation, 0, 1_000))
          .isInstanceOfSatisfying(
              EventLogException.class,
              e -> assertThat(e.kind()).isEqualTo(EventLogException.Kind.CORRUPT));
      assertThat(stored.verify(NO_MEANING).findings())
          .anySatisfy(finding -> assertThat(finding).contains("checksum mismatch"));
    }
  }

  private static int indexOf(Path file, String text) throws IOException {
    return new String(Files.readAllBytes(file), ISO_8859_1).indexOf(text);
  }
}
