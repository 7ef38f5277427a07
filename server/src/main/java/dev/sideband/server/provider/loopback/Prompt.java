package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Something that was said to the assistant and is not answered yet.
 *
 * @param text what was said, without the marks that servers put in front
 */
record Prompt(Kind kind, String text) {
  private static final String AGENT_MARK = "[BACKEND] ";
  private static final String USER_MARK = "[USER] ";
  private static final String FINAL_MARK = "\"Agent Final Message\":\n\n";

  enum Kind {
    /** A spoken turn; the text is its transcript. */
    SPEECH,
    TEXT,
    /** What the agent, or another tool, returned. */
    AGENT
  }

  /**
   * All that was said since the assistant's last words, in order: a model reads it all, and several
   * wishes for a response may have become one. Of spoken turns, and of what tools returned, the
   * last one stands for all.
   */
  static List<Prompt> unanswered(List<? extends JsonNode> items) {
    Deque<Prompt> unanswered = new ArrayDeque<>();
    for (int i = items.size() - 1; i >= 0 && !isAssistants(items.get(i)); i--) {
      read(items.get(i)).ifPresent(prompt -> prompt.joinNewer(unanswered));
    }
    return List.copyOf(unanswered);
  }

  private static boolean isAssistants(JsonNode item) {
    return item.path("role").asText().equals("assistant")
        || item.path("type").asText().equals("function_call");
  }

  private void joinNewer(Deque<Prompt> newer) {
    Optional<Prompt> alike = newer.stream().filter(prompt -> prompt.kind == kind).findFirst();
    if (kind != Kind.TEXT && alike.isPresent()) {
      if (!alike.get().pointsBack()) {
        return;
      }
      newer.remove(alike.get());
    }
    newer.addFirst(this);
  }

  /** The agent's messages say more than the tool output after them, which only points at them. */
  private boolean pointsBack() {
    return kind == Kind.AGENT && text.contains("[BACKEND]");
  }

  /** What an item says to the assistant, if it does. */
  private static Optional<Prompt> read(JsonNode item) {
    if (item.path("type").asText().equals("function_call_output")) {
      return Optional.of(new Prompt(Kind.AGENT, item.path("output").asText()));
    }
    if (!item.path("role").asText().equals("user")) {
      return Optional.empty();
    }
    JsonNode part = item.path("content").path(0);
    return Optional.of(
        part.path("type").asText().equals("input_audio")
            ? new Prompt(Kind.SPEECH, part.path("transcript").asText())
            : written(part.path("text").asText()));
  }

  private static Prompt written(String text) {
    return text.startsWith(AGENT_MARK)
        ? new Prompt(Kind.AGENT, text.substring(AGENT_MARK.length()).replace(FINAL_MARK, ""))
        : new Prompt(
            Kind.TEXT, text.startsWith(USER_MARK) ? text.substring(USER_MARK.length()) : text);
  }

  /** The text of a user's item, if it is one and has any; "" otherwise. */
  static String userText(ObjectNode item) {
    return read(item).filter(prompt -> prompt.kind == Kind.TEXT).map(Prompt::text).orElse("");
  }
}
