package dev.sideband.server;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.store.v1.ExportedConversation;
import dev.sideband.store.v1.ExportedEntry;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One conversation on its way from a file into a log: what the log has of it must be the same, what
 * it has not is appended. One thread.
 */
final class ImportedConversation {
  private static final int APPEND_BYTES = 256 << 10;
  private static final int READ_BYTES = 1 << 20;

  /** What became of it. */
  enum Fate {
    IMPORTED,
    /** The log had all of it. */
    THERE,
    REFUSED
  }

  private final EventLog log;
  private final ExportedConversation conversation;
  private final String owner;
  private final ConversationId id;
  private final Optional<Head> head;
  private final Deque<LogEntry> stored = new ArrayDeque<>();
  private final List<LogEntry> waiting = new ArrayList<>();
  private int waitingBytes;
  private long sequence;
  private long appended;
  private String why = "";

  ImportedConversation(EventLog log, ExportedConversation conversation, String owner) {
    this.log = log;
    this.conversation = conversation;
    this.owner = owner;
    this.id = id(conversation);
    this.head = log.head(id);
    this.appended = head.map(Head::lastSequence).orElse(0L);
  }

  private static ConversationId id(ExportedConversation conversation) {
    try {
      return ConversationId.parse(conversation.getConversationId());
    } catch (IllegalArgumentException e) {
      throw new ImportException("file: a conversation without an id");
    }
  }

  ConversationId id() {
    return id;
  }

  boolean isLive() {
    return conversation.getLive();
  }

  /** Why it was refused. */
  String why() {
    return why;
  }

  /** Takes no more of it, but lets it pass. */
  void refuse(String reason) {
    why = why.isEmpty() ? reason : why;
    waiting.clear();
  }

  /** Takes the next entry. */
  void take(ExportedEntry exported) {
    sequence++;
    if (exported.getEvent().getSequence() != sequence
        || sequence > conversation.getLastSequence()) {
      throw new ImportException("file: %s: event %d is missing".formatted(id, sequence));
    }
    if (!why.isEmpty()) {
      return;
    }
    LogEntry entry =
        new LogEntry(exported.getEvent().toByteArray(), exported.getPrivatePart().toByteArray());
    if (sequence <= head.map(Head::lastSequence).orElse(0L)) {
      compare(entry);
    } else {
      if (waitingBytes >= APPEND_BYTES) {
        append(new Lifecycle.Continues());
      }
      waiting.add(entry);
      waitingBytes += entry.event().length + entry.privatePart().length;
    }
  }

  private void compare(LogEntry entry) {
    if (stored.isEmpty()) {
      stored.addAll(log.readEntries(id, sequence - 1, READ_BYTES));
    }
    if (!Arrays.equals(stored.remove().event(), entry.event())) {
      refuse("another conversation of this id is there");
    }
  }

  /** After its last entry. */
  Fate finish() {
    if (sequence != conversation.getLastSequence()) {
      throw new ImportException("file: %s: broke off after event %d".formatted(id, sequence));
    }
    boolean thereLonger = head.map(known -> known.lastSequence() > sequence).orElse(false);
    boolean thereEnded = head.map(known -> !known.live()).orElse(false);
    if (thereLonger || (thereEnded && !waiting.isEmpty())) {
      refuse("the one that is there has gone another way");
    }
    if (!why.isEmpty()) {
      return Fate.REFUSED;
    }
    if (waiting.isEmpty()) {
      return Fate.THERE;
    }
    append(conversation.getLive() ? new Lifecycle.Continues() : new Lifecycle.Ends());
    return Fate.IMPORTED;
  }

  private void append(Lifecycle lifecycle) {
    boolean starts = appended == 0;
    if (starts && lifecycle instanceof Lifecycle.Ends && waiting.size() > 1) {
      // An append that starts does not end: the last entry goes alone.
      LogEntry last = waiting.remove(waiting.size() - 1);
      append(new Lifecycle.Continues());
      waiting.add(last);
      starts = false;
    }
    Lifecycle actual =
        starts
            ? new Lifecycle.Starts(
                owner,
                Instant.ofEpochSecond(
                    conversation.getStartedAt().getSeconds(),
                    conversation.getStartedAt().getNanos()))
            : lifecycle;
    CompletableFuture<AppendOutcome> fate = new CompletableFuture<>();
    log.append(new Append(id, log.epoch(), appended, waiting, actual, fate::complete));
    if (!(fate.join() instanceof AppendOutcome.Appended done)) {
      throw new ImportException("event log: %s: %s".formatted(id, fate.join()));
    }
    appended = done.lastSequence();
    waiting.clear();
    waitingBytes = 0;
  }
}
