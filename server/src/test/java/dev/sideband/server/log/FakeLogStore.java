package dev.sideband.server.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

/**
 * What a {@link FakeEventLog} would have on disk: it outlives the log that wrote it.
 *
 * <p><b>Threads.</b> Its log's lock guards it.
 */
final class FakeLogStore {
  private static final Comparator<Head> LISTING =
      Comparator.comparing(Head::startedAt)
          .reversed()
          .thenComparing(head -> head.conversation().toString());

  private record Stored(CommittedEvent event, LogEntry entry) {}

  private final Map<ConversationId, Head> heads = new HashMap<>();
  private final Map<ConversationId, List<Stored>> conversations = new HashMap<>();
  private final List<Stored> commits = new ArrayList<>();
  private final Map<ConversationId, Map<Memo.Kind, byte[]>> memos = new HashMap<>();
  private long openings;

  /** Counts an opening. */
  long open() {
    return ++openings;
  }

  AppendOutcome judge(Append append, long epoch) {
    Head head = heads.get(append.conversation());
    long actual = head == null ? 0 : head.lastSequence();
    if (append.epoch() < epoch) {
      return new AppendOutcome.Fenced(epoch);
    }
    if (actual != append.expectedSequence() || (head != null && !head.live())) {
      return new AppendOutcome.WrongExpected(actual);
    }
    return new AppendOutcome.Appended(append.lastSequence());
  }

  /** Writes an append that was judged right. */
  List<CommittedEvent> commit(Append append) {
    Head head = next(append);
    heads.put(head.conversation(), head);
    keepMemos(append, head);
    List<CommittedEvent> events = new ArrayList<>();
    long sequence = append.expectedSequence();
    for (LogEntry entry : append.entries()) {
      sequence++;
      boolean last = !head.live() && sequence == head.lastSequence();
      CommittedEvent event =
          new CommittedEvent(
              head.conversation(),
              head.owner(),
              sequence,
              lastPosition() + 1,
              last ? CommittedEvent.Kind.LAST : CommittedEvent.Kind.STORED,
              entry.event());
      Stored stored = new Stored(event, entry);
      commits.add(stored);
      conversations.computeIfAbsent(head.conversation(), id -> new ArrayList<>()).add(stored);
      events.add(event);
    }
    return events;
  }

  private void keepMemos(Append append, Head head) {
    if (!head.live()) {
      memos.remove(head.conversation());
    }
    for (Memo memo : append.memos()) {
      memos
          .computeIfAbsent(head.conversation(), id -> new EnumMap<>(Memo.Kind.class))
          .put(memo.kind(), memo.bytes());
    }
  }

  Optional<byte[]> memo(ConversationId conversation, Memo.Kind kind) {
    return Optional.ofNullable(memos.getOrDefault(conversation, Map.of()).get(kind));
  }

  void forgetMemos() {
    memos.clear();
  }

  void changeMemos(Memo.Kind kind, UnaryOperator<byte[]> change) {
    memos.values().forEach(left -> left.computeIfPresent(kind, (it, bytes) -> change.apply(bytes)));
  }

  private Head next(Append append) {
    ConversationId conversation = append.conversation();
    long last = append.lastSequence();
    if (append.lifecycle() instanceof Lifecycle.Starts starts) {
      return new Head(conversation, starts.owner(), starts.at(), 1, last, append.epoch(), true);
    }
    Head head = head(conversation).orElseThrow();
    boolean live = !(append.lifecycle() instanceof Lifecycle.Ends);
    return new Head(conversation, head.owner(), head.startedAt(), 1, last, append.epoch(), live);
  }

  List<CommittedEvent> read(ConversationId conversation, long afterSequence, int maxBytes) {
    return page(conversation, afterSequence, maxBytes, s -> s.entry().event().length).stream()
        .map(Stored::event)
        .toList();
  }

  List<LogEntry> readEntries(ConversationId conversation, long afterSequence, int maxBytes) {
    ToIntFunction<Stored> size = s -> s.entry().event().length + s.entry().privatePart().length;
    return page(conversation, afterSequence, maxBytes, size).stream().map(Stored::entry).toList();
  }

  List<CommittedEvent> readAll(long afterPosition, int maxBytes) {
    return page(commits, afterPosition, maxBytes, s -> s.entry().event().length).stream()
        .map(Stored::event)
        .toList();
  }

  private List<Stored> page(
      ConversationId conversation, long after, int maxBytes, ToIntFunction<Stored> size) {
    return page(conversations.getOrDefault(conversation, List.of()), after, maxBytes, size);
  }

  private static List<Stored> page(
      List<Stored> all, long after, int maxBytes, ToIntFunction<Stored> size) {
    List<Stored> page = new ArrayList<>();
    long bytes = 0;
    for (Stored stored : all.subList((int) Math.min(Math.max(after, 0), all.size()), all.size())) {
      bytes += size.applyAsInt(stored);
      if (!page.isEmpty() && bytes > maxBytes) {
        break;
      }
      page.add(stored);
    }
    return page;
  }

  long lastPosition() {
    return commits.size();
  }

  Optional<Head> head(ConversationId conversation) {
    return Optional.ofNullable(heads.get(conversation));
  }

  List<Head> heads(HeadQuery query) {
    return heads.values().stream()
        .filter(head -> head.live() || !query.liveOnly())
        .filter(head -> query.owner().isEmpty() || query.owner().get().equals(head.owner()))
        .filter(head -> query.before().isEmpty() || LISTING.compare(head, query.before().get()) > 0)
        .sorted(LISTING)
        .limit(query.limit())
        .toList();
  }
}
