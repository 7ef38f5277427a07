package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What there is to answer: the last thing that was said to the assistant and not answered yet.
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
    AGENT,
    NOTHING
  }

  /** Reads the items backwards to the assistant's last words. */
  static Prompt of(List<? extends JsonNode> items) {
    Prompt newest = new Prompt(Kind.NOTHING, "");
    for (int i = items.size() - 1; i >= 0; i--) {
      JsonNode item = items.get(i);
      String role = item.path("role").asText();
      if (role.equals("assistant") || newest.isSettled()) {
        break;
      }
      newest = newest.orOlder(item);
    }
    return newest;
  }

  /** The agent's messages say more than the tool output after them, which only points at them. */
  private Prompt orOlder(JsonNode item) {
    Prompt older = read(item);
    boolean pointsBack =
        kind == Kind.AGENT && older.kind == Kind.AGENT && text.contains("[BACKEND]");
    return kind == Kind.NOTHING || pointsBack ? older : this;
  }

  private boolean isSettled() {
    return kind == Kind.SPEECH || kind == Kind.TEXT;
  }

  private static Prompt read(JsonNode item) {
    if (item.path("type").asText().equals("function_call_output")) {
      return new Prompt(Kind.AGENT, item.path("output").asText());
    }
    if (!item.path("role").asText().equals("user")) {
      return new Prompt(Kind.NOTHING, "");
    }
    JsonNode part = item.path("content").path(0);
    if (part.path("type").asText().equals("input_audio")) {
      return new Prompt(Kind.SPEECH, part.path("transcript").asText());
    }
    String text = part.path("text").asText();
    return text.startsWith(AGENT_MARK)
        ? new Prompt(Kind.AGENT, text.substring(AGENT_MARK.length()).replace(FINAL_MARK, ""))
        : new Prompt(
            Kind.TEXT, text.startsWith(USER_MARK) ? text.substring(USER_MARK.length()) : text);
  }

  /** The text of a user's item, if it is one and has any; "" otherwise. */
  static String userText(ObjectNode item) {
    Prompt prompt = read(item);
    return prompt.kind == Kind.TEXT ? prompt.text : "";
  }
}
