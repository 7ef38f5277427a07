package dev.sideband.server.fanout;

import dev.sideband.server.fanout.FanOut.Reader;
import dev.sideband.server.log.ConversationId;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A ring, a log and drain threads, with a vocabulary for tests. */
final class FanOutFixture implements AutoCloseable {
  static final Reader ALICE = new Reader("alice", false);
  static final Reader BOB = new Reader("bob", false);
  static final Reader WATCHER = new Reader("watcher", true);
  static final ConversationId TALK = new ConversationId(new UUID(1, 1));
  static final ConversationId OTHER = new ConversationId(new UUID(1, 2));

  final EventRing ring;
  final FakeCommittedLog log;
  final FanOut fanOut;
  final ExecutorService drainers =
      Executors.newFixedThreadPool(2, runnable -> new Thread(runnable, "drain"));

  FanOutFixture(int maxSubscriptions) {
    ring = new EventRing(maxSubscriptions, runnable -> new Thread(runnable, "unnamed"));
    log = new FakeCommittedLog(ring);
    fanOut = new FanOut(ring, log);
  }

  FanOutFixture() {
    this(100);
  }

  /** Commits that many events of alice's to the conversation. */
  void happens(ConversationId conversation, int events) {
    for (int i = 0; i < events; i++) {
      log.commit(conversation, "alice", 250);
    }
  }

  void ends(ConversationId conversation) {
    log.commitLast(conversation, "alice");
  }

  Follower follow(Reader reader, ConversationId conversation, long after) {
    return new Follower(
        drainers, signal -> fanOut.subscribe(reader, conversation, after, true, signal));
  }

  Follower read(Reader reader, ConversationId conversation, long after) {
    return new Follower(
        drainers, signal -> fanOut.subscribe(reader, conversation, after, false, signal));
  }

  Follower followAll(Reader reader, byte[] cursor) {
    return new Follower(drainers, signal -> fanOut.subscribeAll(reader, cursor, true, signal));
  }

  @Override
  public void close() {
    log.close();
    ring.close();
    drainers.shutdown();
  }
}
