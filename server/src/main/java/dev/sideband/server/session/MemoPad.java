package dev.sideband.server.session;

import dev.sideband.server.log.LogEntry;
import dev.sideband.server.log.Memo;
import dev.sideband.server.provider.CallId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a session leaves beside its events with its next append, so that a restart need not read
 * them all: its bookmark when the call to rejoin is another, its checkpoint when that is due.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class MemoPad {
  /** A larger one is left out: an append has no room for everything. Then all events are read. */
  static final int MAX_CHECKPOINT = 4 << 20;

  private final SessionState state;
  private final SessionSecrets secrets;
  private final CheckpointPace pace;
  private Optional<CallId> bookmarked = Optional.empty();
  private boolean bookmarkKnown;

  MemoPad(StoredConversation stored) {
    this.state = stored.state();
    this.secrets = stored.secrets();
    this.pace = stored.pace();
    // What an earlier process left may be missing: it is written once more.
    this.bookmarkKnown = state.sequence() == 0;
  }

  /** For an append of these, after which the state is as it is now. */
  List<Memo> next(List<LogEntry> appended) {
    List<Memo> memos = new ArrayList<>();
    if (state.isEnded()) {
      return memos;
    }
    appended.forEach(pace::appended);
    if (pace.isDue() && !state.isEnding()) { // What ends is not worth one.
      byte[] checkpoint = Checkpoints.of(state, secrets).toByteArray();
      pace.taken(checkpoint.length);
      if (checkpoint.length <= MAX_CHECKPOINT) {
        memos.add(new Memo(Memo.Kind.CHECKPOINT, checkpoint));
      }
    }
    Optional<CallId> call = Bookmarks.callToRejoin(state, secrets);
    if (!bookmarkKnown || !call.equals(bookmarked)) {
      bookmarkKnown = true;
      bookmarked = call;
      memos.add(Bookmarks.memo(state, secrets));
    }
    return memos;
  }
}
