package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Memo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What a bad disk or a bad hand does to a data folder, for tests outside this room. */
public final class Damage {
  private Damage() {}

  public static void changeEvent(Path folder, ConversationId conversation, long sequence)
      throws RocksDBException {
    Logs.tamper(
        folder,
        Family.EVENTS,
        new EventKey(conversation, sequence).toBytes(),
        row -> {
          row[row.length - 1] ^= 1;
          return row;
        });
  }

  public static void removeEvent(Path folder, ConversationId conversation, long sequence)
      throws RocksDBException {
    Logs.remove(folder, Family.EVENTS, new EventKey(conversation, sequence).toBytes());
  }

  public static void removeFromLiveIndex(Path folder, ConversationId conversation)
      throws RocksDBException {
    Logs.remove(folder, Family.LIVE, conversation.toBytes());
  }

  public static void removeCommit(Path folder, long position) throws RocksDBException {
    Logs.remove(folder, Family.COMMITS, Turn.positionKey(position));
  }

  /** Leaves something beside a conversation's events that its writer did not. */
  public static void putMemo(Path folder, ConversationId conversation, Memo.Kind kind, byte[] memo)
      throws RocksDBException {
    byte[] id = conversation.toBytes();
    try (Database database = new DataFolder(folder).open(Optional.empty());
        WriteBatch batch = new WriteBatch()) {
      batch.put(database.handle(Family.of(kind)), id, MemoRow.toBytes(id, memo));
      database.write(batch, true);
    }
  }

  public static void changeMemo(Path folder, ConversationId conversation, Memo.Kind kind)
      throws RocksDBException {
    Logs.tamper(
        folder,
        Family.of(kind),
        conversation.toBytes(),
        row -> {
          row[row.length - 1] ^= 1;
          return row;
        });
  }

  /** Makes the folder what a server leaves that knows no memos. */
  public static void removeMemos(Path folder) throws RocksDBException {
    try (Database database = new DataFolder(folder).open(Optional.empty());
        WriteBatch batch = new WriteBatch()) {
      for (Memo.Kind kind : Memo.Kind.values()) {
        batch.deleteRange(
            database.handle(Family.of(kind)), new byte[0], new byte[] {-1, -1, -1, -1, -1});
      }
      database.write(batch, true);
    }
  }

  /** A process that has the folder open, when this returns. */
  public static Process holdInAnotherProcess(Path folder, Path temporary) throws IOException {
    Process holder = Logs.start(FolderHolder.class, temporary, folder.toString());
    String said = holder.inputReader().readLine();
    if (!FolderHolder.READY.equals(said)) {
      throw new IllegalStateException("holder: " + said);
    }
    return holder;
  }
}
