package dev.sideband.cli.torture;

import dev.sideband.cli.server.LoopbackControl.Call;
import dev.sideband.cli.server.LoopbackControl.Statement;
import dev.sideband.v1.RealtimeEvent;
import java.util.List;
import java.util.Map;

/**
 * All that is known at the end, from three sides that do not know each other: what clients were
 * told, what the log holds after the last restart, and what the provider saw.
 *
 * @param told what became of each input that a client tried to send
 * @param views what each subscriber saw
 * @param held the conversations whose start was answered
 * @param log every conversation's events in the order in which the log gave them, by its id
 * @param statements what reached the provider, in order
 * @param missed how many client events its witness had no room for
 * @param calls the provider's calls after every conversation was ended
 * @param frames how the audio of each media leg grew over each kill
 * @param comebacks how each restart went
 * @param folder what the data folder's own check found, after the last server had left it
 */
record Evidence(
    List<Told> told,
    List<View> views,
    List<String> held,
    Map<String, List<RealtimeEvent>> log,
    List<Statement> statements,
    long missed,
    List<Call> calls,
    List<Frames> frames,
    List<Comeback> comebacks,
    Folder folder) {

  /** A data folder as {@code verify} found it. */
  record Folder(long events, List<String> findings) {}

  /**
   * What a client was told about an input.
   *
   * @param inputId of an acknowledged one; else ""
   * @param sequence where it was said to stand
   */
  record Told(String conversationId, String marker, String inputId, long sequence) {
    boolean isAcknowledged() {
      return !inputId.isEmpty();
    }
  }

  /** What one subscriber saw, in the order in which it came. */
  record View(String name, String conversationId, List<Seen> seen) {}

  /** One stored event. */
  record Seen(long sequence, long digest) {}

  /** Frames of a media leg, counted at one end before a kill and when the server was back. */
  record Frames(String leg, long kill, long before, long after) {}

  /**
   * A restart after a kill.
   *
   * @param millis from process start to the last sideband; negative if the next kill came first
   * @param missing how many live calls had no sideband when patience ended
   */
  record Comeback(long kill, long millis, int missing) {}
}
