/**
 * The embedded event log: one data folder, one process, RocksDB underneath.
 *
 * <p>{@link dev.sideband.server.log.rocksdb.RocksDbEventLog} is the door. Behind it appends wait in
 * an {@code AppendQueue}; a {@code LogWriter} takes them by the batch, judges each in a {@code
 * Turn}, writes the batch with one sync, moves the {@code HeadTable} and tells fates, then events.
 * A {@code LogReader} answers everybody else, {@code FreeSpace} keeps the disk from filling up, and
 * {@code Retention} removes what is too old. {@code Database} is the one owner of native objects;
 * the codecs own the bytes of keys and rows. {@link dev.sideband.server.log.rocksdb.StoredLog} is
 * the back door, for programs that look at a folder no server has.
 *
 * <p><b>Threads.</b> The log writer is one thread, made by the factory that is handed in, and so is
 * retention; reads run on their caller's thread, beside writes and beside closing.
 *
 * <p>This room must not know what an event means, nor who owns or follows a conversation.
 */
@NullMarked
package dev.sideband.server.log.rocksdb;

import org.jspecify.annotations.NullMarked;
