package dev.sideband.server;

import com.google.protobuf.Timestamp;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.rocksdb.StoredLog;
import dev.sideband.store.v1.ExportEnd;
import dev.sideband.store.v1.ExportHeader;
import dev.sideband.store.v1.ExportRecord;
import dev.sideband.store.v1.ExportedConversation;
import dev.sideband.store.v1.ExportedEntry;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.RealtimeEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes conversations as {@link ExportRecord}s, newest start first. One thread. */
final class Exporter {
  /** Of the records. */
  static final int FORMAT = 1;

  private static final int PAGE_HEADS = 256;
  private static final int PAGE_BYTES = 1 << 20;

  /**
   * What a file is to be.
   *
   * @param withPrivate whether private parts and owners are in it
   */
  record Form(ExportFormat format, boolean withPrivate) {}

  private final StoredLog log;
  private final Form form;
  private final OutputStream out;
  private long conversations;
  private long entries;

  Exporter(StoredLog log, Form form, OutputStream out) {
    this.log = log;
    this.form = form;
    this.out = out;
  }

  long conversations() {
    return conversations;
  }

  long entries() {
    return entries;
  }

  /**
   * Writes one conversation, or all.
   *
   * @throws EventLogException if the log cannot be read
   */
  void export(Optional<ConversationId> one) throws IOException {
    write(
        ExportRecord.newBuilder()
            .setHeader(
                ExportHeader.newBuilder().setFormat(FORMAT).setWithPrivate(form.withPrivate())));
    if (one.isPresent()) {
      exportConversation(log.head(one.get()).orElseThrow());
    } else {
      exportAll();
    }
    write(ExportRecord.newBuilder().setEnd(ExportEnd.newBuilder().setConversations(conversations)));
  }

  private void exportAll() throws IOException {
    Optional<Head> before = Optional.empty();
    List<Head> page = heads(before);
    while (!page.isEmpty()) {
      for (Head head : page) {
        exportConversation(head);
      }
      before = Optional.of(page.get(page.size() - 1));
      page = heads(before);
    }
  }

  private List<Head> heads(Optional<Head> before) {
    return log.heads(new HeadQuery(Optional.empty(), false, before, PAGE_HEADS));
  }

  private void exportConversation(Head head) throws IOException {
    ExportedConversation.Builder conversation =
        ExportedConversation.newBuilder()
            .setConversationId(head.conversation().toString())
            .setStartedAt(timestamp(head.startedAt()))
            .setLastSequence(head.lastSequence())
            .setLive(head.live());
    if (form.withPrivate()) {
      conversation.setOwner(head.owner());
    }
    write(ExportRecord.newBuilder().setConversation(conversation));
    conversations++;
    long after = 0;
    while (after < head.lastSequence()) {
      List<LogEntry> page = log.readEntries(head.conversation(), after, PAGE_BYTES);
      for (LogEntry entry : page) {
        write(ExportRecord.newBuilder().setEntry(exported(entry)));
        entries++;
      }
      after += page.size();
    }
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }

  private ExportedEntry exported(LogEntry entry) throws IOException {
    ExportedEntry.Builder exported =
        ExportedEntry.newBuilder().setEvent(RealtimeEvent.parseFrom(entry.event()));
    if (form.withPrivate() && entry.privatePart().length > 0) {
      exported.setPrivatePart(PrivatePart.parseFrom(entry.privatePart()));
    }
    return exported.build();
  }

  private void write(ExportRecord.Builder export) throws IOException {
    form.format().write(export.build(), out);
  }
}
