package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Every client event of every call, in the order in which they came, and what became of each: for
 * whoever proves that nothing was lost or doubled on the way here. Appended audio is left out.
 *
 * <p><b>Full.</b> The first so many are kept; later ones are counted only, and change no number of
 * those that are kept.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class Witness {
  private final int most;
  private final List<Statement> kept = new ArrayList<>();
  private long missed;

  /**
   * One client event.
   *
   * @param call the call's id
   * @param itemId of the item that it creates or names; "" if none
   * @param refusal the code of the error that it was answered with; "" if it was done
   */
  record Statement(String call, String type, String eventId, String itemId, String refusal) {
    @Override
    public String toString() {
      return type + (refusal.isEmpty() ? "" : " " + refusal);
    }
  }

  /** Keeps {@code most} of them; none with 0. */
  Witness(int most) {
    this.most = most;
  }

  /** Writes down an event and the code of its refusal, "" if there was none. */
  void add(String call, ObjectNode event, String refusal) {
    String type = event.path("type").asText();
    if (type.equals("input_audio_buffer.append")) {
      return;
    }
    if (kept.size() == most) {
      missed++;
      return;
    }
    String created = event.at("/item/id").asText();
    String item = created.isEmpty() ? event.path("item_id").asText() : created;
    kept.add(new Statement(call, type, event.path("event_id").asText(), item, refusal));
  }

  /** At most {@code count} of them, without the first {@code after}. */
  List<Statement> read(int after, int count) {
    int from = Math.min(Math.max(0, after), kept.size());
    return List.copyOf(kept.subList(from, Math.min(kept.size(), from + count)));
  }

  /** How many found no room. */
  long missed() {
    return missed;
  }
}
