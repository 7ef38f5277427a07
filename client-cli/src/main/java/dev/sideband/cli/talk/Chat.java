package dev.sideband.cli.talk;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.ResumingFeed;
import dev.sideband.cli.terminal.EventLine;
import dev.sideband.cli.terminal.Texts;
import dev.sideband.v1.ConversationEnded;
import dev.sideband.v1.EndReason;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as the two who hold it see it: what was said, what went wrong, how it ended; the
 * machinery stays out of sight.
 *
 * <p><b>Threads.</b> One reading thread brings events; anyone asks and waits.
 */
final class Chat implements ResumingFeed.Listener {
  private static final int LABEL = 11;

  private final TalkScreen screen;
  private final String meanwhile;
  private final Moment moment = new Moment();
  private final CountDownLatch over = new CountDownLatch(1);
  private int asked;
  private int answered;
  private boolean playing;
  private boolean ending;
  private @Nullable ConversationEnded ended;
  private @Nullable CliException broken;

  /**
   * Prints to {@code screen}.
   *
   * @param meanwhile what can be done while the server is away
   */
  Chat(TalkScreen screen, String meanwhile) {
    this.screen = screen;
    this.meanwhile = meanwhile;
  }

  void batch(RealtimeEvents batch) {
    batch.getEventsList().forEach(this::accept);
  }

  /** The stream of events is over. */
  synchronized void end(Optional<CliException> failure) {
    broken = failure.orElse(null);
    moment.end();
    over.countDown();
  }

  private synchronized void accept(RealtimeEvent event) {
    moment.accept(event);
    EventLine words = EventLine.of(event);
    switch (event.getPayloadCase()) {
      case TRANSCRIPT_COMPLETED -> say(words);
      case RESPONSE_COMPLETED -> {
        answered++;
        if (words.tone() == EventLine.Tone.ERROR) {
          say(words);
        }
      }
      case PLAYBACK_STARTED -> playing = true;
      case PLAYBACK_STOPPED, PLAYBACK_CLEARED, SIDEBAND_REJOINED -> playing = false;
      case SESSION_CONFIGURED -> {
        if (event.getCall() <= 1) {
          say(new EventLine(EventLine.Tone.QUIET, "", "connected"));
        }
      }
      case CALL_RENEWED -> {
        playing = false;
        say(new EventLine(EventLine.Tone.QUIET, "", "the call was renewed"));
      }
      case RENEWAL_FAILED -> {
        // Whoever renews it says so, and what comes next.
      }
      case CONVERSATION_ENDING -> ending = true;
      case CONVERSATION_ENDED -> {
        ended = event.getConversationEnded();
        say(words);
      }
      default -> {
        if (words.tone() == EventLine.Tone.ERROR || words.tone() == EventLine.Tone.WARNING) {
          say(words);
        }
      }
    }
  }

  /** Prints a line; on a terminal its words are wrapped under themselves. */
  private void say(EventLine words) {
    int indent = Texts.width(label(""));
    int room = screen.isLive() ? Math.max(20, screen.columns() - indent - 1) : Integer.MAX_VALUE;
    List<String> pieces = Texts.wrap(words.detail(), room);
    EventLine first = new EventLine(words.tone(), words.what(), pieces.get(0));
    StringBuilder text = new StringBuilder("  ").append(first.painted(screen.palette(), LABEL));
    for (String piece : pieces.subList(1, pieces.size())) {
      text.append('\n').append(" ".repeat(indent)).append(piece);
    }
    screen.print(text.toString());
  }

  /** What the user typed. */
  void typed(String text) {
    say(new EventLine(EventLine.Tone.USER, "you", Texts.oneLine(text)));
  }

  void note(String text) {
    screen.print("  " + screen.palette().faint(text));
  }

  /** Who speaks just now, and what. */
  synchronized Moment.Look look() {
    return moment.look();
  }

  @Override
  public void away() {
    note("the server is away; " + meanwhile);
  }

  @Override
  public void back() {
    note("the server is back");
  }

  /** What was asked did not arrive. */
  synchronized void expectNoAnswer() {
    asked--;
  }

  /** An answer is owed from now on. */
  synchronized void expectAnswer() {
    asked++;
  }

  synchronized int answers() {
    return answered;
  }

  /** All that was asked is answered, and what was answered has been said. */
  synchronized boolean isQuiet() {
    return answered >= asked && !playing;
  }

  /** Waits for the end of the stream; whether it came. */
  boolean awaitOver(long millis) throws InterruptedException {
    return over.await(millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Throws what broke the stream, or that the conversation did not end within the {@code waited}
   * milliseconds or not as it was asked to.
   */
  synchronized void requireGoodEnd(long waited) {
    if (broken != null) {
      throw broken;
    }
    if (ended == null && ending) {
      throw new CliException(
          ExitCode.FAILED,
          "the conversation is ending, but the provider did not confirm within "
              + waited / 1_000
              + " s that the call is hung up; the server goes on trying",
          "see what becomes of it:  ./sideband watch last");
    }
    if (ended == null) {
      throw new CliException(
          ExitCode.FAILED,
          "the server did not say within " + waited / 1_000 + " s that the conversation ended",
          "see what became of it:  ./sideband show last");
    }
    if (ended.getReason() != EndReason.REQUESTED) {
      throw new CliException(
          ExitCode.FAILED,
          "the conversation ended: " + EventLine.words(ended.getReason().name()),
          "see why:  ./sideband show last --timeline");
    }
  }

  /** How a line of {@code who} begins. */
  static String label(String who) {
    return "  " + Texts.pad(who, LABEL) + " ";
  }
}
