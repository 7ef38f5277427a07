package dev.sideband.server.log.rocksdb;

import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** One answer to a read: as many events as fit into its bytes, and one in any case. */
final class Page<T> {

  /** An event as its conversation's head and its own row describe it. */
  record Found(Head head, long sequence, StoredEvent row) {

    private CommittedEvent committed() {
      return new CommittedEvent(
          head.conversation(),
          head.owner(),
          sequence,
          row.position(),
          row.last() ? CommittedEvent.Kind.LAST : CommittedEvent.Kind.STORED,
          row.entry().event());
    }

    private int publicBytes() {
      return row.entry().event().length;
    }

    private int allBytes() {
      return publicBytes() + row.entry().privatePart().length;
    }
  }

  private final int maxBytes;
  private final ToIntFunction<Found> size;
  private final Function<Found, T> form;
  private final List<T> items = new ArrayList<>();
  private long bytes;

  private Page(int maxBytes, ToIntFunction<Found> size, Function<Found, T> form) {
    this.maxBytes = maxBytes;
    this.size = size;
    this.form = form;
  }

  /** Of what subscribers may see. */
  static Page<CommittedEvent> ofEvents(int maxBytes) {
    return new Page<>(maxBytes, Found::publicBytes, Found::committed);
  }

  /** Of events with their private parts. */
  static Page<LogEntry> ofEntries(int maxBytes) {
    return new Page<>(maxBytes, Found::allBytes, found -> found.row().entry());
  }

  /** False, and nothing is added, if the page is full. */
  boolean tryAdd(Found found) {
    int more = size.applyAsInt(found);
    if (!items.isEmpty() && bytes + more > maxBytes) {
      return false;
    }
    bytes += more;
    items.add(form.apply(found));
    return true;
  }

  List<T> items() {
    return items;
  }
}
