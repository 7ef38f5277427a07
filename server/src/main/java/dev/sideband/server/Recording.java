package dev.sideband.server;

import dev.sideband.server.log.CommittedEventListener;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.rocksdb.RocksDbConfig;
import dev.sideband.server.log.rocksdb.RocksDbEventLog;
import dev.sideband.server.log.rocksdb.StoredLog;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Recorded conversations, to be read in any order: those of a data folder, which is held as {@code
 * verify} and {@code export} hold it, or of a file that {@code export} wrote, which is first taken
 * into a folder of our own.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class Recording implements AutoCloseable {
  private static final int PAGE_HEADS = 256;
  private static final int PAGE_BYTES = 64 << 10;

  private final Path source;
  private final StoredLog log;
  private boolean closed;

  private Recording(Path source, StoredLog log) {
    this.source = source;
    this.log = log;
  }

  /**
   * Opens a data folder or a file.
   *
   * @param own a folder that is not there yet
   * @throws ConfigException if that cannot be
   */
  static Recording open(Path source, Path own) {
    if (Files.isDirectory(source)) {
      return new Recording(source, OpeningFailures.openStored(source));
    }
    take(source, own);
    return new Recording(source, OpeningFailures.openStored(own));
  }

  private static void take(Path file, Path own) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw ConfigException.of(
          file + ": not there (expected: a data folder, or what export wrote)");
    }
    List<String> refused = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        EventLog log = writing(own, event -> {})) {
      new Importer(log, "local", refused::add).takingUnclaimed().take(ExportFormat.read(in));
    } catch (IOException | ImportException e) {
      throw ConfigException.of("%s: %s".formatted(file, e.getMessage()));
    }
    if (!refused.isEmpty()) {
      throw ConfigException.of("%s: %s".formatted(file, refused.get(0)));
    }
  }

  /** A log that lives no longer than this process: it need not survive the machine. */
  static EventLog writing(Path folder, CommittedEventListener listener) {
    RocksDbConfig usual = RocksDbConfig.at(folder);
    return RocksDbEventLog.open(
        new RocksDbConfig(folder, false, usual.minFree(), usual.queueItems(), usual.queueBytes()),
        listener,
        ServeCommand::halt,
        new NamedThreads("log-writer"));
  }

  /**
   * The conversations of these ids, which may be the first digits of one, or {@code last}; all if
   * there is none. The oldest first.
   *
   * @throws ConfigException if an id names none, or several
   */
  List<Head> choose(List<String> ids) {
    List<Head> all = heads();
    if (all.isEmpty()) {
      throw ConfigException.of(source + ": holds no conversation (expected: one at least)");
    }
    Set<Head> chosen = new LinkedHashSet<>(ids.isEmpty() ? all : List.of());
    ids.forEach(id -> chosen.add(find(all, id)));
    return chosen.stream()
        .sorted(
            Comparator.comparing(Head::startedAt).thenComparing(head -> head.conversation().uuid()))
        .toList();
  }

  private Head find(List<Head> newestFirst, String id) {
    String typed = id.toLowerCase(Locale.ROOT);
    if (typed.equals("last")) {
      return newestFirst.get(0);
    }
    List<Head> found =
        newestFirst.stream()
            .filter(head -> head.conversation().toString().startsWith(typed))
            .toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    throw ConfigException.of(
        found.isEmpty()
            ? "%s: begins no conversation's id in %s (expected: an id, its first digits, or last)"
                .formatted(id, source)
            : "%s: begins the ids of %s in %s (expected: more digits, such as %s)"
                .formatted(
                    id,
                    VerifyCommand.counted(found.size(), "conversation"),
                    source,
                    found.get(0).conversation()));
  }

  private List<Head> heads() {
    List<Head> all = new ArrayList<>();
    List<Head> page;
    do {
      Optional<Head> before =
          all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
      page = log.heads(new HeadQuery(Optional.empty(), false, before, PAGE_HEADS));
      all.addAll(page);
    } while (!page.isEmpty());
    return all;
  }

  /** The next entries of a conversation. */
  List<LogEntry> read(Head head, long afterSequence) {
    return log.readEntries(head.conversation(), afterSequence, PAGE_BYTES);
  }

  /** Lets go of what was read; safe to repeat. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      log.close();
    }
  }
}
