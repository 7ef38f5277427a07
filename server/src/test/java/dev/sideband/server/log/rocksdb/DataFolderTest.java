package dev.sideband.server.log.rocksdb;

import static dev.sideband.server.log.LogFixture.conversation;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.log.AppendOutcome.Appended;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.EventLogException.Kind;
import dev.sideband.server.log.LogFixture;
import dev.sideband.server.log.Memo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** A data folder is opened, or it is said why not. */
class DataFolderTest {
  private static final byte[] FORMAT = "format".getBytes(US_ASCII);

  private final Path temporary;
  private final Path folder;

  DataFolderTest(@TempDir Path temporary) {
    this.temporary = temporary;
    this.folder = temporary.resolve("data");
  }

  private RocksDbEventLog open() {
    return Logs.open(folder, event -> {});
  }

  private void shouldNotOpen(Kind kind, String... words) {
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(EventLogException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(words);
  }

  @Test
  void shouldSayWhoIsInTheWayWhenLockedByThisProcess() {
    RocksDbEventLog first = open();
    try {
      shouldNotOpen(Kind.LOCKED, folder.toString(), "in use");
    } finally {
      first.close();
    }
    open().close();
  }

  @Test
  void shouldSayWhoIsInTheWayWhenLockedByAnotherProcess() throws Exception {
    Process other = Logs.start(FolderHolder.class, temporary, folder.toString());
    try {
      assertThat(other.inputReader().readLine()).isEqualTo(FolderHolder.READY);
      shouldNotOpen(Kind.LOCKED, folder.toString(), "in use");
    } finally {
      other.destroyForcibly();
      assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    open().close();
  }

  @Test
  void shouldSayThatItIsInaccessibleWhenAFileIsInTheWay() throws IOException {
    Files.writeString(folder, "not a folder");

    shouldNotOpen(Kind.INACCESSIBLE, folder.toString());
  }

  @Test
  void shouldSayThatTheFormatIsUnknownWhenAnotherVersionWroteIt() throws RocksDBException {
    open().close();
    rewriteFormat("sideband-log 99");

    shouldNotOpen(Kind.FORMAT_UNKNOWN, folder.toString(), "sideband-log 99", "sideband-log 2");
    rewriteFormat("sideband-log 2");
    open().close();
  }

  private void rewriteFormat(String format) throws RocksDBException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    for (Family family : Family.values()) {
      families.add(new ColumnFamilyDescriptor(family.storedName()));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB db = RocksDB.open(options, folder.toString(), families, handles)) {
      db.put("format".getBytes(US_ASCII), format.getBytes(US_ASCII));
      handles.forEach(ColumnFamilyHandle::close);
    }
  }

  @Test
  void shouldOpenWhenAVersionWithoutMemosWroteIt() throws RocksDBException {
    ConversationId c = conversation();
    try (RocksDbEventLog log = open()) {
      LogFixture.fateOf(log, LogFixture.append(log, c, 0, fate -> {}, "a"));
    }
    makeOlder();

    try (StoredLog stored = StoredLog.open(folder)) {
      assertThat(stored.readEntries(c, 0, 100)).hasSize(1);
      assertThat(stored.verify((conversation, at, last, entry) -> Optional.empty()).isClean())
          .isTrue();
    }
    try (RocksDbEventLog log = open()) {
      assertThat(log.memo(c, Memo.Kind.BOOKMARK)).isEmpty();
      assertThat(LogFixture.texts(log.read(c, 0, 100))).containsExactly("a");
    }
    try (Database database = new DataFolder(folder).openForReading()) {
      byte[] format = database.query(open -> requireNonNull(open.get(Family.META, FORMAT)));
      assertThat(format)
          .as("what wrote it before opens it no more")
          .isEqualTo("sideband-log 2".getBytes(US_ASCII));
    }
  }

  /** As a server wrote it that knew no memos. */
  private void makeOlder() throws RocksDBException {
    rewriteFormat("sideband-log 1");
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    for (Family family : Family.values()) {
      families.add(new ColumnFamilyDescriptor(family.storedName()));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB db = RocksDB.open(options, folder.toString(), families, handles)) {
      List<Family> opened = List.of(Family.values());
      db.dropColumnFamily(handles.get(opened.indexOf(Family.BOOKMARKS)));
      db.dropColumnFamily(handles.get(opened.indexOf(Family.CHECKPOINTS)));
      handles.forEach(ColumnFamilyHandle::close);
    }
  }

  @Test
  void shouldSayThatTheFormatIsUnknownWhenAnotherProgramWroteIt() throws Exception {
    Files.createDirectories(folder);
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB db = RocksDB.open(options, folder.toString())) {
      db.put("key".getBytes(US_ASCII), "value".getBytes(US_ASCII));
    }

    shouldNotOpen(Kind.FORMAT_UNKNOWN, folder.toString(), "'none'");
  }

  @Test
  void shouldOpenWhenTheFirstOpeningDiedHalfWay() throws Exception {
    Files.createDirectories(folder);
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB db = RocksDB.open(options, folder.toString());
        ColumnFamilyHandle events =
            db.createColumnFamily(new ColumnFamilyDescriptor(Family.EVENTS.storedName()))) {
      assertThat(events.isOwningHandle()).isTrue();
    }

    try (RocksDbEventLog log = open()) {
      assertThat(log.epoch()).isEqualTo(1);
      ConversationId c = conversation();
      assertThat(LogFixture.fateOf(log, LogFixture.append(log, c, 0, fate -> {}, "a")))
          .isEqualTo(new Appended(1));
    }
  }
}
