package dev.sideband.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.Memo;
import dev.sideband.server.log.rocksdb.EntryCheck;
import dev.sideband.store.v1.Bookmark;
import dev.sideband.store.v1.Checkpoint;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an entry must say of itself, given its place: that it is of its conversation and sequence,
 * begins or ends where it does, and is not older than the one before.
 *
 * <p><b>Threads.</b> One; entries in order.
 */
final class EntryRules implements EntryCheck {
  private @Nullable ConversationId current;
  private Timestamp time = Timestamp.getDefaultInstance();

  @Override
  public Optional<String> findWrong(
      ConversationId conversation, long sequence, boolean last, LogEntry entry) {
    if (!conversation.equals(current)) {
      current = conversation;
      time = Timestamp.getDefaultInstance();
    }
    RealtimeEvent event;
    try {
      event = RealtimeEvent.parseFrom(entry.event());
      var unused = PrivatePart.parseFrom(entry.privatePart());
    } catch (InvalidProtocolBufferException e) {
      return Optional.of("cannot be read (expected: a RealtimeEvent and a PrivatePart)");
    }
    Optional<String> wrong = findWrong(conversation, sequence, event).or(() -> ends(event, last));
    time = event.getTime();
    return wrong;
  }

  private Optional<String> findWrong(
      ConversationId conversation, long sequence, RealtimeEvent event) {
    if (!event.getConversationId().equals(conversation.toString())) {
      return Optional.of("says that it is of another conversation");
    }
    if (event.getSequence() != sequence) {
      return Optional.of("says that it is event " + event.getSequence());
    }
    if ((sequence == 1) != (event.getPayloadCase() == PayloadCase.CONVERSATION_STARTED)) {
      return Optional.of(
          sequence == 1 ? "is not ConversationStarted" : "is another ConversationStarted");
    }
    return Timestamps.compare(event.getTime(), time) < 0
        ? Optional.of("is older than the one before it")
        : Optional.empty();
  }

  @Override
  public Optional<String> findWrong(long lastSequence, Memo memo) {
    try {
      return switch (memo.kind()) {
        case BOOKMARK -> findWrong(Bookmark.parseFrom(memo.bytes()).getFormat());
        case CHECKPOINT -> {
          Checkpoint checkpoint = Checkpoint.parseFrom(memo.bytes());
          yield checkpoint.getSequence() > lastSequence
              ? Optional.of("knows more events than there are")
              : findWrong(checkpoint.getFormat());
        }
      };
    } catch (InvalidProtocolBufferException e) {
      return Optional.of("cannot be read (expected: a Bookmark or a Checkpoint)");
    }
  }

  private static Optional<String> findWrong(int format) {
    return format > 0 ? Optional.empty() : Optional.of("has no format");
  }

  private static Optional<String> ends(RealtimeEvent event, boolean last) {
    boolean ended = event.getPayloadCase() == PayloadCase.CONVERSATION_ENDED;
    if (last == ended) {
      return Optional.empty();
    }
    return Optional.of(
        ended ? "is ConversationEnded and not the last" : "is the last and not ConversationEnded");
  }
}
