package dev.sideband.server.provider.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The scripted assistant. It has no model and pretends to none: it says what it heard, and does
 * what its script says, to all that was said since its last words.
 *
 * <ul>
 *   <li>The first spoken turn of a session that offers the handoff tool, and every text with the
 *       word "agent" in it: says so and calls that tool with {@code {"prompt": ...}}.
 *   <li>A tool's output, or a {@code [BACKEND]} message: says it.
 *   <li>{@code !error CODE}: an {@code error} event with that code, as soon as the item is there.
 *   <li>{@code !fail CODE}: a response that fails with that code.
 *   <li>{@code !incomplete}: a response that ends at {@code max_output_tokens}.
 *   <li>{@code !long N}: a reply of N words, at most {@value #MOST_WORDS}.
 *   <li>{@code !tool NAME JSON}: calls that tool with those arguments.
 *   <li>{@code !expire}: the session's time is up, as soon as the item is there.
 *   <li>Any other text: says it back.
 * </ul>
 */
final class Assistant {
  private static final int MOST_WORDS = 2_000;
  private static final Pattern AGENT = Pattern.compile("\\bagent\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern SCRIPT =
      Pattern.compile("!(\\w+)(?:\\s+(\\S+))?(?:\\s+(.*))?", Pattern.DOTALL);
  static final String ASKING = "I will ask the background agent.";
  private static final String GREETING = "Hello. I am the loopback assistant. I say what I hear.";

  private final String handoffTool;
  private boolean spokenTurnSeen;

  Assistant(String handoffTool) {
    this.handoffTool = handoffTool;
  }

  /**
   * Answers.
   *
   * @param prompts what is to be answered, in order; without one the assistant greets
   * @param seconds how long the user spoke, for a spoken prompt
   * @param tools what the session offers
   */
  Reply answer(List<Prompt> prompts, double seconds, JsonNode tools) {
    return prompts.stream()
        .map(prompt -> answer(prompt, seconds, tools))
        .reduce(Reply::and)
        .orElseGet(() -> Reply.saying(GREETING));
  }

  private Reply answer(Prompt prompt, double seconds, JsonNode tools) {
    return switch (prompt.kind()) {
      case SPEECH -> answerSpeech(prompt.text(), seconds, tools);
      case TEXT -> answerText(prompt.text(), tools);
      case AGENT -> Reply.saying("The agent says: " + prompt.text());
    };
  }

  private Reply answerSpeech(String transcript, double seconds, JsonNode tools) {
    String heard = String.format(Locale.ROOT, "I heard %.1f seconds of speech.", seconds);
    boolean first = !spokenTurnSeen;
    spokenTurnSeen = true;
    return first && offers(tools, handoffTool)
        ? Reply.calling(heard + " " + ASKING, handoffTool, prompt(transcript))
        : Reply.saying(heard);
  }

  private Reply answerText(String text, JsonNode tools) {
    Matcher script = SCRIPT.matcher(text.strip());
    if (script.matches()) {
      String argument = Optional.ofNullable(script.group(2)).orElse("");
      String rest = Optional.ofNullable(script.group(3)).orElse("{}");
      switch (script.group(1)) {
        case "fail" -> {
          return Reply.ending(Reply.Ending.FAILED, argument.isEmpty() ? "server_error" : argument);
        }
        case "incomplete" -> {
          return Reply.ending(Reply.Ending.INCOMPLETE, "");
        }
        case "long" -> {
          return Reply.saying(words(argument));
        }
        case "tool" -> {
          return Reply.calling("", argument, rest);
        }
        default -> {
          return Reply.saying("You said: " + text);
        }
      }
    }
    return AGENT.matcher(text).find() && offers(tools, handoffTool)
        ? Reply.calling(ASKING, handoffTool, prompt(text))
        : Reply.saying("You said: " + text);
  }

  /** What an item asks for at once, before any response: the code of an error; "" if nothing. */
  static String errorAsked(ObjectNode item) {
    Matcher script = SCRIPT.matcher(Prompt.userText(item).strip());
    boolean asked = script.matches() && script.group(1).equals("error");
    return asked ? Optional.ofNullable(script.group(2)).orElse("server_error") : "";
  }

  /** Whether an item asks for the end of the session's time. */
  static boolean expiryAsked(ObjectNode item) {
    return Prompt.userText(item).strip().equals("!expire");
  }

  private static String words(String number) {
    int count = number.matches("\\d{1,6}") ? Math.min(MOST_WORDS, Integer.parseInt(number)) : 1;
    return IntStream.rangeClosed(1, Math.max(1, count))
        .mapToObj(i -> "word" + i)
        .collect(Collectors.joining(" "));
  }

  private static String prompt(String text) {
    return Json.write(Json.object().put("prompt", text));
  }

  private static boolean offers(JsonNode tools, String name) {
    for (JsonNode tool : tools) {
      if (tool.path("type").asText("function").equals("function")
          && tool.path("name").asText().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
