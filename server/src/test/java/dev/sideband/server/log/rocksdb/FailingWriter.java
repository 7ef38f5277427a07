package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.AppendOutcome.Appended;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.LogFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that appends until its log must not go on: it prints each sequence that was reported,
 * and halts as a server would.
 */
final class FailingWriter {
  static final int EXIT_CODE = 74;
  static final String READY = "ready";

  private FailingWriter() {}

  public static void main(String[] arguments) throws IOException {
    ConversationId conversation = ConversationId.parse(arguments[1]);
    RocksDbEventLog log =
        RocksDbEventLog.open(
            RocksDbConfig.at(Path.of(arguments[0])),
            event -> {},
            cause -> Runtime.getRuntime().halt(EXIT_CODE),
            Logs::writer);
    System.out.println(READY);
    int go = System.in.read();
    assert go == '\n';
    List<LogEntry> entries = List.of(new LogEntry(new byte[10_000], LogEntry.NOTHING));
    for (long sequence = 0; ; sequence++) {
      if (LogFixture.fateOf(
              log, LogFixture.append(log, conversation, sequence, fate -> {}, entries))
          instanceof Appended appended) {
        System.out.println(appended.lastSequence());
      }
    }
  }
}
