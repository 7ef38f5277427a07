package dev.sideband.server.provider.loopback;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the assistant answers.
 *
 * @param text said or written; "" = nothing
 * @param calls functions to call afterwards
 * @param ending how the response is to end
 * @param code of the failure, if it fails
 */
record Reply(String text, List<ToolCall> calls, Ending ending, String code) {

  /** A function and its arguments, as JSON. */
  record ToolCall(String name, String arguments) {}

  enum Ending {
    COMPLETED,
    FAILED,
    INCOMPLETE
  }

  static Reply saying(String text) {
    return new Reply(text, List.of(), Ending.COMPLETED, "");
  }

  static Reply calling(String text, String tool, String arguments) {
    return new Reply(text, List.of(new ToolCall(tool, arguments)), Ending.COMPLETED, "");
  }

  static Reply ending(Ending ending, String code) {
    return new Reply("I cannot finish this.", List.of(), ending, code);
  }

  /** Both in one, this one first. If either fails, or ends early, so does the whole. */
  Reply and(Reply other) {
    Reply end = ending == Ending.COMPLETED ? other : this;
    return new Reply(
        Stream.of(text, other.text).filter(said -> !said.isEmpty()).collect(joining(" ")),
        Stream.of(calls, other.calls).flatMap(List::stream).toList(),
        end.ending,
        end.code);
  }

  /** The text in the pieces in which it is streamed. Joined they are the text again. */
  List<String> deltas() {
    return text.isEmpty() ? List.of() : List.of(text.split("(?<= )", -1));
  }
}
