package dev.sideband.server.session;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.Memo;
import dev.sideband.server.provider.CallId;
import dev.sideband.store.v1.Bookmark;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes and reads what it takes to open a live conversation's sideband before its events are read:
 * which call it is, if it has one that was joined and is not being ended.
 *
 * <p>Of what the events say, only this; whoever uses it compares it with them later.
 */
final class Bookmarks {
  private static final Logger LOG = LoggerFactory.getLogger(Bookmarks.class);
  private static final int FORMAT = 1;

  private Bookmarks() {}

  /** The call to rejoin, if there is one. */
  static Optional<CallId> callToRejoin(SessionState state, SessionSecrets secrets) {
    return state.sideband().wasJoined() && !state.isEnding() ? secrets.callId() : Optional.empty();
  }

  static Memo memo(SessionState state, SessionSecrets secrets) {
    Bookmark.Builder bookmark = Bookmark.newBuilder().setFormat(FORMAT);
    callToRejoin(state, secrets).ifPresent(call -> bookmark.setCallId(call.value()));
    var longest = state.started().getLimits().getMaxDuration();
    if (Durations.toNanos(longest) > 0) {
      bookmark.setEndsAt(Timestamps.add(state.startedAt(), longest));
    }
    return new Memo(Memo.Kind.BOOKMARK, bookmark.build().toByteArray());
  }

  /** The call that the log's bookmark says is to be rejoined. Without one the events must say. */
  static Optional<CallId> read(EventLog log, ConversationId conversation, InstantSource clock) {
    try {
      Optional<byte[]> memo = log.memo(conversation, Memo.Kind.BOOKMARK);
      return memo.isPresent() ? callIn(Bookmark.parseFrom(memo.get()), clock) : Optional.empty();
    } catch (RuntimeException | InvalidProtocolBufferException e) {
      LOG.warn("conversation {}: its bookmark cannot be read; its events are", conversation, e);
      return Optional.empty();
    }
  }

  private static Optional<CallId> callIn(Bookmark bookmark, InstantSource clock) {
    boolean overdue =
        bookmark.hasEndsAt()
            && !clock.instant().isBefore(ProtoTime.toInstant(bookmark.getEndsAt()));
    return bookmark.getFormat() != FORMAT || bookmark.getCallId().isEmpty() || overdue
        ? Optional.empty()
        : Optional.of(new CallId(bookmark.getCallId()));
  }
}
