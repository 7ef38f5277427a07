package dev.sideband.server;

import dev.sideband.server.log.EventLog;
import dev.sideband.store.v1.ExportHeader;
import dev.sideband.store.v1.ExportRecord;
import dev.sideband.store.v1.ExportedConversation;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of an exported file into a log, one conversation after the other. One thread.
 */
final class Importer {
  private final EventLog log;
  private final String owner;
  private final Consumer<String> said;
  private @Nullable ImportedConversation current;
  private boolean withPrivate;
  private boolean takesUnclaimed;
  private long imported;
  private long live;
  private long there;
  private long refused;
  private boolean ended;

  /**
   * @param owner of conversations that have none in the file
   * @param said told of each conversation that was not imported, and why
   */
  Importer(EventLog log, String owner, Consumer<String> said) {
    this.log = log;
    this.owner = owner;
    this.said = said;
  }

  /**
   * Takes live conversations without private parts, too: for a log that no server takes up, so that
   * nobody looks for their calls.
   */
  Importer takingUnclaimed() {
    takesUnclaimed = true;
    return this;
  }

  /**
   * Takes them all.
   *
   * @throws ImportException if the file is not what export writes, or the log takes no more
   */
  void take(ExportFormat.Source source) throws IOException {
    ExportHeader header =
        source
            .next()
            .filter(ExportRecord::hasHeader)
            .map(ExportRecord::getHeader)
            .orElseThrow(
                () -> new ImportException("file: no header (expected: what export wrote)"));
    if (header.getFormat() != Exporter.FORMAT) {
      throw new ImportException(
          "file: format %d (expected: %d)".formatted(header.getFormat(), Exporter.FORMAT));
    }
    withPrivate = header.getWithPrivate();
    Optional<ExportRecord> next = source.next();
    while (next.isPresent() && !ended) {
      take(next.get());
      next = ended ? Optional.empty() : source.next();
    }
    if (!ended) {
      throw new ImportException("file: broke off (expected: its end)");
    }
  }

  private void take(ExportRecord export) {
    switch (export.getRecordCase()) {
      case CONVERSATION -> {
        finish();
        current = begin(export.getConversation());
      }
      case ENTRY -> {
        if (current == null) {
          throw new ImportException("file: an event of no conversation");
        }
        current.take(export.getEntry());
      }
      case END -> {
        finish();
        ended = true;
      }
      case HEADER, RECORD_NOT_SET -> throw new ImportException("file: an unknown record");
    }
  }

  private ImportedConversation begin(ExportedConversation conversation) {
    ImportedConversation begun =
        new ImportedConversation(log, conversation, withPrivate ? conversation.getOwner() : owner);
    if (conversation.getLive() && !withPrivate && !takesUnclaimed) {
      begun.refuse("is live, and its private parts are missing");
    }
    return begun;
  }

  private void finish() {
    if (current == null) {
      return;
    }
    switch (current.finish()) {
      case IMPORTED -> {
        imported++;
        live += current.isLive() ? 1 : 0;
      }
      case THERE -> there++;
      case REFUSED -> {
        refused++;
        said.accept(current.id() + ": " + current.why());
      }
    }
    current = null;
  }

  /** Whether the whole file is in the log now. */
  boolean isComplete() {
    return ended && refused == 0;
  }

  String summary() {
    String summary = "imported " + VerifyCommand.counted(imported, "conversation");
    if (live > 0) {
      summary += ", %,d of them live".formatted(live);
    }
    if (there > 0) {
      summary += "; %,d there already".formatted(there);
    }
    return refused > 0 ? summary + "; %,d refused".formatted(refused) : summary;
  }
}
