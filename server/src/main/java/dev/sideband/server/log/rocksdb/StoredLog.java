package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.log.LogEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A data folder that no server has, opened for reading only: nothing in it changes, and no server
 * can open it meanwhile.
 *
 * <p><b>Threads.</b> One. Not for a process that has the folder open for writing.
 */
public final class StoredLog implements AutoCloseable {
  private final DataFolder folder;
  private final FolderLock lock;
  private final Database database;
  private @Nullable HeadTable heads;

  private StoredLog(DataFolder folder, FolderLock lock, Database database) {
    this.folder = folder;
    this.lock = lock;
    this.database = database;
  }

  /**
   * Opens a folder.
   *
   * @throws EventLogException if it is locked, inaccessible, damaged or of an unknown format
   */
  public static StoredLog open(Path path) {
    DataFolder folder = new DataFolder(path);
    folder.requireExisting();
    FolderLock lock = FolderLock.take(path);
    try {
      return new StoredLog(folder, lock, folder.openForReading());
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** Checks every row against every other that it must agree with. */
  public Verification verify(EntryCheck check) {
    return database.query(open -> new LogCheck(open, check).run(folder));
  }

  /** As {@link dev.sideband.server.log.EventLog#head}. */
  public Optional<Head> head(ConversationId conversation) {
    return table().find(conversation);
  }

  /** As {@link dev.sideband.server.log.EventLog#heads}. */
  public List<Head> heads(HeadQuery query) {
    return reader().heads(query);
  }

  /** As {@link dev.sideband.server.log.EventLog#readEntries}. */
  public List<LogEntry> readEntries(ConversationId conversation, long afterSequence, int maxBytes) {
    return reader().read(conversation, afterSequence, Page.ofEntries(maxBytes));
  }

  private HeadTable table() {
    if (heads == null) {
      // Not at opening: a damaged folder must open, to be told what is wrong with it.
      heads = HeadTable.load(database);
    }
    return heads;
  }

  private LogReader reader() {
    return new LogReader(database, table());
  }

  @Override
  public void close() {
    database.close();
    lock.close();
  }
}
