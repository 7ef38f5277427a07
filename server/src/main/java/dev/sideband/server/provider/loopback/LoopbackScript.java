package dev.sideband.server.provider.loopback;

import java.time.Duration;
import java.util.List;

/**
 * What calls hear instead of the assistant: what a provider said in earlier ones.
 *
 * <p><b>Rules.</b>
 *
 * <ul>
 *   <li>A call takes the next recorded one when its first sideband joins; after the last one comes
 *       the first again. While no sideband is joined it pauses.
 *   <li>Lines are played in order. One that {@linkplain Line#awaits awaits} a client event is
 *       played when one of that type has come, and uses it up; each other one at its distance from
 *       the line before.
 *   <li>An id of 32 hex digits that the recorded client had chosen is replaced by the one that the
 *       client now chose.
 *   <li>A client event that no line awaits any more is done as ever; so is the first {@code
 *       session.update} of a sideband that joins again, what that one then does to items under an
 *       {@code event_id} of another form, and an item that is sent again. The user's audio is not
 *       listened to.
 *   <li>When the last line was played, the call is one like any other.
 * </ul>
 *
 * @param calls recorded calls, line by line
 */
public record LoopbackScript(List<List<Line>> calls) {

  /** Nothing: calls meet the assistant. */
  public static final LoopbackScript NONE = new LoopbackScript(List.of());

  public LoopbackScript {
    calls = calls.stream().map(List::copyOf).toList();
  }

  /**
   * A message of the provider.
   *
   * @param after since the line before it was played; of no account if it awaits something
   * @param json as it came
   * @param awaits the type of the client event that it answers; "" if none
   * @param clientId the id that the recorded client gave to what it sent; "" if none
   */
  public record Line(Duration after, String json, String awaits, String clientId) {
    @Override
    public String toString() {
      return "Line[" + after + ", awaits=" + awaits + "]";
    }
  }

  /** How many messages there are. */
  public int lines() {
    return calls.stream().mapToInt(List::size).sum();
  }
}
