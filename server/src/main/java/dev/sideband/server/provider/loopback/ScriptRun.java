package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sideband.server.provider.loopback.LoopbackScript.Line;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One session's way through its script, by the rules of {@link LoopbackScript}. Without a script it
 * is over from the beginning.
 *
 * <p><b>Threads.</b> The loop's.
 *
 * <p><b>Full.</b> It keeps no more client events than lines await.
 */
final class ScriptRun {
  private static final Pattern CLIENT_ID = Pattern.compile("(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])");
  private static final String UPDATE = "session.update";
  private static final String ITEM = "conversation.item.";
  private static final Duration BREATH = Duration.ofMillis(5);
  private static final Set<String> UNHEARD =
      Set.of("input_audio_buffer.append", "input_audio_buffer.commit");

  private final LoopbackSession session;
  private final Scripts scripts;
  private final Deque<Line> lines = new ArrayDeque<>();
  private final Map<String, Integer> awaited = new HashMap<>();
  private final Map<String, Deque<ObjectNode>> kept = new HashMap<>();
  private final Map<String, String> ids = new HashMap<>();
  private final Set<String> created = new HashSet<>();
  private OwnerLoop.@Nullable Timer next;
  private boolean over;
  private boolean begun;
  private boolean listened;
  private boolean joinedAgain;
  private boolean updateDue;

  ScriptRun(LoopbackSession session, Scripts scripts) {
    this.session = session;
    this.scripts = scripts;
    this.over = scripts.isEmpty();
  }

  boolean isOver() {
    return over;
  }

  /** A sideband has joined. */
  void joined() {
    listened = true;
    joinedAgain = begun;
    updateDue = begun;
    if (!begun && !over) {
      begun = true;
      lines.addAll(scripts.next());
      lines.stream()
          .filter(line -> !line.awaits().isEmpty())
          .forEach(line -> awaited.merge(line.awaits(), 1, Integer::sum));
    }
    advance();
  }

  /** No sideband is joined any more. */
  void left() {
    listened = false;
  }

  /** Takes a client's event; false if it is to be done as without a script. */
  boolean tryTake(ObjectNode event) {
    String type = event.path("type").asText();
    if (over || UNHEARD.contains(type)) {
      return !over;
    }
    if (type.equals(UPDATE) && updateDue) {
      updateDue = false;
      return false;
    }
    if (joinedAgain && type.startsWith(ITEM) && !isOfAnInput(event)) {
      return false;
    }
    String itemId = idOfCreated(event);
    if (!itemId.isEmpty() && created.contains(itemId)) {
      return session.conversation().find(itemId).isEmpty(); // Sent again: is it still to come?
    }
    return awaited.getOrDefault(type, 0) > 0 && keep(event, type);
  }

  private static boolean isOfAnInput(ObjectNode event) {
    return CLIENT_ID.matcher(event.path("event_id").asText()).matches();
  }

  private boolean keep(ObjectNode event, String type) {
    awaited.merge(type, -1, Integer::sum);
    kept.computeIfAbsent(type, none -> new ArrayDeque<>()).add(event);
    created.add(idOfCreated(event));
    if (type.equals(UPDATE)) {
      var unused = session.settings().update(event.path("session"), false);
    }
    advance();
    return true;
  }

  private static String idOfCreated(ObjectNode event) {
    return event.path("item").path("id").asText();
  }

  private void advance() {
    Line line = lines.peek();
    if (line == null) {
      over |= begun;
    } else if (listened && next == null && isDue(line)) {
      Duration delay = line.awaits().isEmpty() ? line.after() : Duration.ZERO;
      next = session.loop().after(delay, this::playNext);
    }
  }

  private boolean isDue(Line line) {
    Deque<ObjectNode> come = kept.get(line.awaits());
    return line.awaits().isEmpty() || (come != null && !come.isEmpty());
  }

  private void playNext() {
    if (session.audience().isBehind()) {
      next = session.loop().after(BREATH, this::playNext);
      return;
    }
    next = null;
    if (listened) {
      Line line = lines.remove();
      Deque<ObjectNode> come = kept.get(line.awaits());
      if (come != null) {
        answers(line, come.remove());
      }
      play(line);
    }
    advance();
  }

  private void answers(Line line, ObjectNode event) {
    String itemId = idOfCreated(event);
    String id = itemId.isEmpty() ? event.path("event_id").asText() : itemId;
    if (!line.clientId().isEmpty() && !id.isEmpty()) {
      ids.put(line.clientId(), id);
    }
  }

  private void play(Line line) {
    String json =
        CLIENT_ID
            .matcher(line.json())
            .replaceAll(
                found -> Matcher.quoteReplacement(ids.getOrDefault(found.group(), found.group())));
    session.audience().tellAs(json);
    Json.readObject(json).ifPresent(this::remember);
  }

  /** So that the assistant, who may follow, knows what was said. */
  private void remember(ObjectNode message) {
    if (message.path("type").asText().equals("conversation.item.added")
        && message.get("item") instanceof ObjectNode item
        && session.conversation().check(item.path("id").asText(), "").isEmpty()) {
      session.conversation().insert(item, "");
    }
  }

  void close() {
    lines.clear();
    if (next != null) {
      next.cancel();
    }
  }
}
