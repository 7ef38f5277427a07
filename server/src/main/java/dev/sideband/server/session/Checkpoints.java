package dev.sideband.server.session;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Memo;
import dev.sideband.store.v1.Checkpoint;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes and reads what all the events of a live conversation say, up to one of them, so that a
 * rebuild reads only those after it.
 *
 * <p><b>Promise.</b> A state that was restored and one that was replayed are the same. A checkpoint
 * of another {@link #FORMAT}, or one that cannot be read, is none: all events are read.
 */
final class Checkpoints {
  /** To be raised when the same events give another state than before. */
  static final int FORMAT = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  private Checkpoints() {}

  static Checkpoint of(SessionState state, SessionSecrets secrets) {
    return Checkpoint.newBuilder()
        .setFormat(FORMAT)
        .setSequence(state.sequence())
        .setState(state.checkpoint())
        .setSecrets(secrets.checkpoint())
        .build();
  }

  /** The latest of a conversation, if it is of use; blocks. */
  static Optional<Checkpoint> read(EventLog log, ConversationId conversation) {
    try {
      Optional<byte[]> memo = log.memo(conversation, Memo.Kind.CHECKPOINT);
      return memo.isPresent()
          ? Optional.of(Checkpoint.parseFrom(memo.get())).filter(it -> it.getFormat() == FORMAT)
          : Optional.empty();
    } catch (EventLogException | InvalidProtocolBufferException e) {
      if (e instanceof EventLogException failed
          && failed.kind() != EventLogException.Kind.CORRUPT) {
        throw failed;
      }
      LOG.warn("conversation {}: its checkpoint is damaged; all its events are read", conversation);
      return Optional.empty();
    }
  }
}
