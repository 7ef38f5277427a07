package dev.sideband.cli.terminal;

import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.TranscriptDelta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prints a stream of events, one line each: sequence, time since the conversation began, what.
 *
 * <p>The deltas of an item are folded into one growing line in the live region, which its completed
 * transcript replaces; without a terminal only the completed one is printed. Audio is not printed.
 * At most 64 growing texts and 1,000 beginnings are remembered; the oldest makes room.
 *
 * <p><b>Threads.</b> One.
 */
public final class EventPrinter {
  private static final int WHAT_COLUMNS = 20;
  private static final int MOST_GROWING = 64;
  private static final int MOST_CONVERSATIONS = 1_000;

  private final Screen screen;
  private final int idColumns;
  private final Map<String, StringBuilder> growing = new LinkedHashMap<>();
  private final Map<String, Role> speakers = new HashMap<>();
  private final Map<String, Instant> beginnings =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > MOST_CONVERSATIONS;
        }
      };

  /**
   * Prints to {@code screen}.
   *
   * @param idColumns how much of the conversation id to begin a line with; 0 when there is only one
   */
  public EventPrinter(Screen screen, int idColumns) {
    this.screen = screen;
    this.idColumns = idColumns;
  }

  /** Counts times from here, when the first event to come is not the conversation's first. */
  public void began(String conversationId, @Nullable Instant at) {
    if (at != null) {
      beginnings.put(conversationId, at);
    }
  }

  /** Takes the next event. */
  public void accept(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case TRANSCRIPT_DELTA -> grow(event.getTranscriptDelta());
      case AUDIO_OUT, TOOL_ARGUMENTS_DELTA -> {
        // Heard, or shown whole when it is complete.
      }
      default -> print(event);
    }
  }

  /** Something about the stream itself rather than an event of it. */
  public void note(String text) {
    screen.println(screen.palette().faint("        " + text));
  }

  private void print(RealtimeEvent event) {
    forget(finished(event));
    EventLine words = EventLine.of(event);
    screen.println(fitted(prefix(event), words), region());
  }

  /** On a terminal the machinery is cut to one line, and what was said is wrapped under itself. */
  private String fitted(String prefix, EventLine words) {
    String line = prefix + words.painted(screen.palette(), WHAT_COLUMNS);
    int columns = screen.terminal().columns() - 1;
    if (!screen.terminal().interactive() || Texts.width(line) <= columns) {
      return line;
    }
    if (words.tone() == EventLine.Tone.QUIET || words.tone() == EventLine.Tone.MILESTONE) {
      return Texts.cut(line, columns);
    }
    int indent = Texts.width(prefix) + WHAT_COLUMNS + 1;
    List<String> pieces = Texts.wrap(words.detail(), Math.max(20, columns - indent));
    EventLine first = new EventLine(words.tone(), words.what(), pieces.get(0));
    StringBuilder wrapped = new StringBuilder(prefix);
    wrapped.append(first.painted(screen.palette(), WHAT_COLUMNS));
    for (String piece : pieces.subList(1, pieces.size())) {
      wrapped.append('\n').append(" ".repeat(indent)).append(piece);
    }
    return wrapped.toString();
  }

  private String prefix(RealtimeEvent event) {
    Instant time = Texts.instant(event.getTime());
    Instant began = beginnings.computeIfAbsent(event.getConversationId(), id -> time);
    String id = event.getConversationId();
    String shown = idColumns == 0 ? "" : id.substring(0, Math.min(idColumns, id.length())) + " ";
    return screen
        .palette()
        .faint(
            shown
                + Texts.padLeft(Long.toString(event.getSequence()), 5)
                + Texts.padLeft(offset(Duration.between(began, time)), 11)
                + "  ");
  }

  private static String offset(Duration since) {
    double millis = since.toNanos() / 1_000_000.0;
    return millis < 10_000
        ? "+" + Math.round(millis) + " ms"
        : String.format(Locale.ROOT, "+%,.1f s", millis / 1_000);
  }

  private void grow(TranscriptDelta delta) {
    if (growing.size() >= MOST_GROWING && !growing.containsKey(delta.getItemId())) {
      forget(growing.keySet().iterator().next());
    }
    growing.computeIfAbsent(delta.getItemId(), id -> new StringBuilder()).append(delta.getDelta());
    speakers.put(delta.getItemId(), delta.getRole());
    screen.region(region());
  }

  private static String finished(RealtimeEvent event) {
    return switch (event.getPayloadCase()) {
      case TRANSCRIPT_COMPLETED -> event.getTranscriptCompleted().getItemId();
      case TRANSCRIPT_FAILED -> event.getTranscriptFailed().getItemId();
      case ITEM_TRUNCATED -> event.getItemTruncated().getItemId();
      default -> "";
    };
  }

  private void forget(String itemId) {
    growing.remove(itemId);
    speakers.remove(itemId);
  }

  private List<String> region() {
    List<String> lines = new ArrayList<>();
    int columns = screen.terminal().columns();
    int indent = (idColumns == 0 ? 0 : idColumns + 1) + 18;
    growing.forEach(
        (itemId, text) -> {
          boolean user = speakers.get(itemId) == Role.USER;
          String who = Texts.pad(user ? "you" : "assistant", WHAT_COLUMNS) + " ";
          int room = Math.max(10, columns - indent - who.length() - 2);
          String tail = Texts.tail(Texts.oneLine(text.toString()), room);
          lines.add(
              " ".repeat(indent)
                  + (user ? screen.palette().user(who) : screen.palette().accent(who))
                  + tail
                  + screen.palette().accent("▌"));
        });
    return lines;
  }
}
