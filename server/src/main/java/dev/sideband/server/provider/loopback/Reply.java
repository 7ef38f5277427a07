package dev.sideband.server.provider.loopback;

import java.util.List;
import java.util.Optional;

/**
 * What the assistant answers.
 *
 * @param text said or written; "" = nothing
 * @param call a function to call afterwards
 * @param ending how the response is to end
 * @param code of the failure, if it fails
 */
record Reply(String text, Optional<ToolCall> call, Ending ending, String code) {

  /** A function and its arguments, as JSON. */
  record ToolCall(String name, String arguments) {}

  enum Ending {
    COMPLETED,
    FAILED,
    INCOMPLETE
  }

  static Reply saying(String text) {
    return new Reply(text, Optional.empty(), Ending.COMPLETED, "");
  }

  static Reply calling(String text, String tool, String arguments) {
    return new Reply(text, Optional.of(new ToolCall(tool, arguments)), Ending.COMPLETED, "");
  }

  static Reply ending(Ending ending, String code) {
    return new Reply("I cannot finish this.", Optional.empty(), ending, code);
  }

  /** The text in the pieces in which it is streamed. Joined they are the text again. */
  List<String> deltas() {
    return text.isEmpty() ? List.of() : List.of(text.split("(?<= )", -1));
  }
}
