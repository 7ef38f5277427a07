package dev.sideband.server.provider.loopback;

import java.util.List;

/**
 * What became of one call or primary session; for tests.
 *
 * @param id the call's id, or a primary session's
 * @param transport "webrtc", "none" or "websocket"
 * @param end why it is over; "live" if it is not
 * @param sidebands how many WebSockets are connected to it now
 * @param joins how many ever were
 * @param mediaConnected whether its peer is, or was, connected
 * @param framesReceived 10 ms frames of the user's audio from its peer
 * @param audioAppends {@code input_audio_buffer.append} events, which are not among the inputs
 * @param inputs the other client events, in order, from whichever connection
 */
public record CallReport(
    String id,
    String transport,
    String end,
    int sidebands,
    long joins,
    boolean mediaConnected,
    long framesReceived,
    long audioAppends,
    List<Input> inputs) {

  /** A client event as it came. */
  public record Input(String type, String eventId, String json) {
    @Override
    public String toString() {
      return type;
    }
  }

  public CallReport {
    inputs = List.copyOf(inputs);
  }

  /** Whether it still goes on. */
  public boolean isLive() {
    return end.equals("live");
  }

  @Override
  public String toString() {
    return "CallReport["
        + transport
        + ", "
        + end
        + ", sidebands="
        + sidebands
        + ", "
        + inputs
        + "]";
  }
}
