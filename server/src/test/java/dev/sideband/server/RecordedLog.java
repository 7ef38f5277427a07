package dev.sideband.server;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.LogFixture;
import dev.sideband.server.log.rocksdb.RocksDbConfig;
import dev.sideband.server.log.rocksdb.RocksDbEventLog;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.TranscriptDelta;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A data folder as a server leaves it: two ended conversations and a live one.
 *
 * @param events in all
 */
record RecordedLog(ConversationId ended, ConversationId other, ConversationId live, long events) {
  static final String SECRET = "rtc_secret_call_id";
  private static final Timestamp START = Timestamps.fromSeconds(1_790_000_000L);

  static RecordedLog write(Path folder) {
    RecordedLog log =
        new RecordedLog(
            LogFixture.conversation(), LogFixture.conversation(), LogFixture.conversation(), 13);
    try (EventLog open = open(folder)) {
      conversation(open, log.ended, 5, true);
      conversation(open, log.live, 4, false);
      conversation(open, log.other, 4, true);
    }
    return log;
  }

  /** One ended conversation whose events do not mean what their places do. */
  static RecordedLog writeNonsense(Path folder) {
    ConversationId c = LogFixture.conversation();
    RecordedLog log = new RecordedLog(c, c, c, 4);
    try (EventLog open = open(folder)) {
      append(open, c, 0, starts(), event(c, 1));
      append(open, c, 1, new Lifecycle.Continues(), renumbered(event(c, 1), 2));
      append(open, c, 2, new Lifecycle.Continues(), last(c, 3));
      append(open, c, 3, new Lifecycle.Ends(), event(c, 4));
    }
    return log;
  }

  /** Another conversation, which has the id of one. */
  static void writeOther(Path folder, ConversationId id) {
    try (EventLog open = open(folder)) {
      append(
          open,
          id,
          0,
          starts(),
          at(id, 1)
              .setConversationStarted(ConversationStarted.newBuilder().setVoice("cedar"))
              .build());
    }
  }

  static EventLog open(Path folder) {
    return RocksDbEventLog.open(
        RocksDbConfig.at(folder),
        event -> {},
        cause -> {
          throw new AssertionError(cause);
        },
        task -> new Thread(task, "log-writer"));
  }

  private static void conversation(EventLog log, ConversationId id, int events, boolean ends) {
    append(log, id, 0, starts(), event(id, 1));
    for (int sequence = 2; sequence < events; sequence++) {
      append(log, id, sequence - 1, new Lifecycle.Continues(), event(id, sequence));
    }
    append(
        log,
        id,
        events - 1,
        ends ? new Lifecycle.Ends() : new Lifecycle.Continues(),
        ends ? last(id, events) : event(id, events));
  }

  private static Lifecycle starts() {
    return new Lifecycle.Starts("ann", Instant.ofEpochSecond(START.getSeconds()));
  }

  private static void append(
      EventLog log, ConversationId id, long expected, Lifecycle lifecycle, RealtimeEvent event) {
    PrivatePart part = PrivatePart.newBuilder().setCallId(SECRET).setProviderJson("{}").build();
    LogEntry entry = new LogEntry(event.toByteArray(), part.toByteArray());
    AppendOutcome outcome =
        LogFixture.fateOf(
            log, new Append(id, log.epoch(), expected, List.of(entry), lifecycle, fate -> {}));
    if (!outcome.equals(new AppendOutcome.Appended(expected + 1))) {
      throw new IllegalStateException("append: " + outcome);
    }
  }

  private static RealtimeEvent.Builder at(ConversationId id, long sequence) {
    return RealtimeEvent.newBuilder()
        .setConversationId(id.toString())
        .setSequence(sequence)
        .setCall(1)
        .setTraceparent("00-trace")
        .setTime(Timestamps.add(START, com.google.protobuf.util.Durations.fromSeconds(sequence)));
  }

  private static RealtimeEvent event(ConversationId id, long sequence) {
    return sequence == 1
        ? at(id, 1)
            .setConversationStarted(
                ConversationStarted.newBuilder()
                    .setVoice("marin")
                    .putMetadata("b", "1")
                    .putMetadata("a", "2"))
            .build()
        : at(id, sequence)
            .setTranscriptDelta(TranscriptDelta.newBuilder().setDelta("word " + sequence))
            .build();
  }

  private static RealtimeEvent renumbered(RealtimeEvent event, long sequence) {
    return event.toBuilder().setSequence(sequence).build();
  }

  private static RealtimeEvent last(ConversationId id, long sequence) {
    return at(id, sequence).setConversationEnded(ConversationEnded.getDefaultInstance()).build();
  }
}
