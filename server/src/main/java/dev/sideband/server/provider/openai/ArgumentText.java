package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The words in the arguments of a function call: what the model asks for, for whoever does it. */
final class ArgumentText {
  private static final List<String> MEMBERS =
      List.of("input_transcript", "input", "text", "prompt", "query");

  private ArgumentText() {}

  /** The first member that says something, or else the arguments as they are. */
  static String of(String arguments) {
    Optional<ObjectNode> object = Json.tryRead(arguments);
    return object
        .flatMap(
            read ->
                MEMBERS.stream()
                    .map(member -> Json.text(read, member).strip())
                    .filter(text -> !text.isEmpty())
                    .findFirst())
        .orElse(arguments);
  }
}
