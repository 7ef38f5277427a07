package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.Memo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** A column family: one ordered table of the data folder. Names are on disk, and stay. */
enum Family {
  /** The folder's format and the epoch counter. RocksDB insists on its name. */
  META("default"),
  /** {@link EventKey} to {@link StoredEvent}. */
  EVENTS("events"),
  /** Conversation to {@link HeadRow}: written when it starts and when it ends. */
  HEADS("heads"),
  /** The conversations that have not ended; no values. */
  LIVE("live"),
  /** {@link StartKey} of every conversation; no values. */
  STARTED("started"),
  /** Owner and {@link StartKey} of every conversation; no values. */
  OWNED("owned"),
  /** Commit position to {@link EventKey}. */
  COMMITS("commits"),
  /** Live conversation to {@link MemoRow}: where its call is. */
  BOOKMARKS("bookmarks"),
  /** Live conversation to {@link MemoRow}: what its events say. */
  CHECKPOINTS("checkpoints");

  private final String storedName;

  Family(String storedName) {
    this.storedName = storedName;
  }

  static Family of(Memo.Kind kind) {
    return switch (kind) {
      case BOOKMARK -> BOOKMARKS;
      case CHECKPOINT -> CHECKPOINTS;
    };
  }

  byte[] storedName() {
    return storedName.getBytes(StandardCharsets.UTF_8);
  }

  static Optional<Family> of(byte[] storedName) {
    String name = new String(storedName, StandardCharsets.UTF_8);
    return Arrays.stream(values()).filter(f -> f.storedName.equals(name)).findFirst();
  }
}
