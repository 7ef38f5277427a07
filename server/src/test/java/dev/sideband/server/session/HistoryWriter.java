package dev.sideband.server.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.Memo;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.InputAcknowledged;
import dev.sideband.v1.InputSent;
import dev.sideband.v1.InputSpeechStarted;
import dev.sideband.v1.InputSpeechStopped;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.TranscriptCompleted;
import dev.sideband.v1.TranscriptDelta;
import dev.sideband.v1.Usage;
import dev.sideband.v1.UsageRecorded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Talks at length in a conversation, straight into a log that no server has: turns of {@value
 * #TURN_EVENTS} events, with the memos that a session would leave.
 */
public final class HistoryWriter {
  private static final int TURN_EVENTS = 25;
  private static final int DELTAS = 12;
  private static final int IN_FLIGHT = 256;
  private static final String PROVIDER_JSON =
      "{\"type\":\"response.output_audio_transcript.delta\",\"event_id\":\"event_%d\","
          + "\"response_id\":\"resp_%d\",\"item_id\":\"item_%d\",\"output_index\":0,"
          + "\"content_index\":0,\"delta\":\"some words \"}";

  private final EventLog log;
  private final ConversationId id;
  private final StoredConversation stored;
  private final MemoPad memos;
  private final Semaphore room = new Semaphore(IN_FLIGHT);
  private final List<LogEntry> unwritten = new ArrayList<>();
  private long written;

  private HistoryWriter(EventLog log, ConversationId id, StoredConversation stored) {
    this.log = log;
    this.id = id;
    this.stored = stored;
    this.memos = new MemoPad(stored);
    this.written = stored.state().sequence();
  }

  /** Goes on with a live conversation until it has so many events. */
  public static void goOn(EventLog log, ConversationId id, int events) {
    HistoryWriter writer =
        new HistoryWriter(log, id, StoredConversation.read(log, id).orElseThrow());
    writer.talk(events);
    writer.finish();
  }

  /** Writes one that has ended. */
  public static void whole(EventLog log, ConversationId id, int events) {
    HistoryWriter writer = new HistoryWriter(log, id, StoredConversation.empty());
    writer.add(
        RealtimeEvent.newBuilder().setConversationStarted(ConversationStarted.getDefaultInstance()),
        PrivatePart.getDefaultInstance());
    writer.write(new Lifecycle.Starts("local", Instant.ofEpochSecond(1_800_000_000L)));
    writer.talk(events - 1);
    writer.add(
        RealtimeEvent.newBuilder().setConversationEnded(ConversationEnded.getDefaultInstance()),
        PrivatePart.getDefaultInstance());
    writer.write(new Lifecycle.Ends());
    writer.finish();
  }

  private void talk(int events) {
    while (stored.state().sequence() + TURN_EVENTS <= events) {
      turn();
      write(new Lifecycle.Continues());
    }
  }

  private void turn() {
    long turn = stored.state().sequence();
    String said = "item_" + turn;
    String answered = "item_" + (turn + 1);
    hear(RealtimeEvent.newBuilder().setInputSpeechStarted(InputSpeechStarted.getDefaultInstance()));
    hear(RealtimeEvent.newBuilder().setInputSpeechStopped(InputSpeechStopped.getDefaultInstance()));
    hear(Fates.added(said));
    hear(
        RealtimeEvent.newBuilder()
            .setTranscriptCompleted(
                TranscriptCompleted.newBuilder()
                    .setItemId(said)
                    .setRole(Role.USER)
                    .setText("what did you say about the weather in the mountains, please?")));
    input("%032x".formatted(turn));
    hear(Fates.started("resp_" + turn));
    hear(Fates.added(answered));
    TranscriptDelta.Builder delta =
        TranscriptDelta.newBuilder().setItemId(answered).setRole(Role.ASSISTANT);
    for (int i = 0; i < DELTAS; i++) {
      hear(RealtimeEvent.newBuilder().setTranscriptDelta(delta.setDelta("some words ")));
    }
    hear(
        RealtimeEvent.newBuilder()
            .setTranscriptCompleted(
                TranscriptCompleted.newBuilder()
                    .setItemId(answered)
                    .setRole(Role.ASSISTANT)
                    .setText("some words ".repeat(DELTAS))));
    hear(Fates.completed("resp_" + turn));
    hear(
        RealtimeEvent.newBuilder()
            .setUsageRecorded(
                UsageRecorded.newBuilder().setTotal(Usage.newBuilder().setInputTokens(turn))));
  }

  private void input(String inputId) {
    add(
        RealtimeEvent.newBuilder()
            .setInputAccepted(
                InputAccepted.newBuilder()
                    .setInputId(inputId)
                    .setInput(SessionWorld.text("by the way"))),
        PrivatePart.newBuilder().setRequestFingerprint(ByteString.copyFrom(new byte[32])).build());
    add(
        RealtimeEvent.newBuilder().setInputSent(InputSent.newBuilder().setInputId(inputId)),
        PrivatePart.getDefaultInstance());
    hear(
        RealtimeEvent.newBuilder()
            .setInputAcknowledged(InputAcknowledged.newBuilder().setInputId(inputId)));
  }

  private void hear(RealtimeEvent.Builder event) {
    long next = stored.state().sequence() + 1;
    add(
        event
            .setAttachment(stored.state().sideband().attachment())
            .setProviderEventId("event_" + next),
        PrivatePart.newBuilder()
            .setProviderJson(PROVIDER_JSON.formatted(next, next, next))
            .build());
  }

  private void add(RealtimeEvent.Builder event, PrivatePart part) {
    RealtimeEvent stamped =
        event
            .setConversationId(id.toString())
            .setSequence(stored.state().sequence() + 1)
            .setCall(stored.state().call())
            .setTime(Timestamps.fromMillis(System.currentTimeMillis()))
            .build();
    stored.state().evolve(stamped);
    stored.secrets().evolve(stamped, part);
    unwritten.add(new LogEntry(stamped.toByteArray(), part.toByteArray()));
  }

  private void write(Lifecycle lifecycle) {
    List<Memo> left = memos.next(unwritten);
    room.acquireUninterruptibly();
    log.append(
        new Append(
            id,
            log.epoch(),
            written,
            unwritten,
            lifecycle,
            left,
            outcome -> {
              if (!(outcome instanceof AppendOutcome.Appended)) {
                throw new AssertionError("append: " + outcome);
              }
              room.release();
            }));
    written = stored.state().sequence();
    unwritten.clear();
  }

  private void finish() {
    room.acquireUninterruptibly(IN_FLIGHT);
  }
}
