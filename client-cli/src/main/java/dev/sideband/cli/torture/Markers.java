package dev.sideband.cli.torture;

import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.Input;
import dev.sideband.v1.ItemDelete;
import dev.sideband.v1.ResponseCreate;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.SessionUpdate;
import dev.sideband.v1.TextInput;
import dev.sideband.v1.ToolOutput;

/**
 * Inputs that can be told apart by their content alone: a doubled one shows, whatever id it was
 * given. The marker is the last word of a text; a delete is marked by what it deletes, a request
 * for a tool call by the tool's argument.
 */
final class Markers {
  private static final String DELETE = "delete ";
  private static final String TOOL = "!tool check_stock {\"item\": \"";
  private static final String TOOL_END = "\"}";

  private Markers() {}

  static Input text(String words, String marker, boolean respond) {
    return Input.newBuilder()
        .setText(TextInput.newBuilder().setText(words + " " + marker).setRespond(respond))
        .build();
  }

  /** Has the loopback's assistant call a tool. */
  static Input toolWanted(String marker) {
    return Input.newBuilder()
        .setText(TextInput.newBuilder().setText(TOOL + marker + TOOL_END).setRespond(true))
        .build();
  }

  static Input toolOutput(String toolCallId, String marker) {
    return Input.newBuilder()
        .setToolOutput(
            ToolOutput.newBuilder().setToolCallId(toolCallId).setOutput("In stock. " + marker))
        .build();
  }

  static Input sessionUpdate(String marker) {
    return Input.newBuilder()
        .setSessionUpdate(
            SessionUpdate.newBuilder()
                .setSession(
                    SessionOptions.newBuilder()
                        .setInstructions("Answer in one short sentence. " + marker)))
        .build();
  }

  static Input responseCreate(String marker) {
    return Input.newBuilder()
        .setResponseCreate(
            ResponseCreate.newBuilder().setInstructions("Answer in one sentence. " + marker))
        .build();
  }

  static Input handoffOutput(String handoffId, String marker, boolean last) {
    HandoffOutput.Phase phase = last ? HandoffOutput.Phase.FINAL : HandoffOutput.Phase.COMMENTARY;
    return Input.newBuilder()
        .setHandoffOutput(
            HandoffOutput.newBuilder()
                .setHandoffId(handoffId)
                .setPhase(phase)
                .setText("All green. " + marker))
        .build();
  }

  static Input itemDelete(String itemId) {
    return Input.newBuilder().setItemDelete(ItemDelete.newBuilder().setItemId(itemId)).build();
  }

  /** The marker of an input; "" if it has none. */
  static String of(Input input) {
    return switch (input.getKindCase()) {
      case TEXT -> ofText(input.getText().getText());
      case TOOL_OUTPUT -> lastWord(input.getToolOutput().getOutput());
      case SESSION_UPDATE -> lastWord(input.getSessionUpdate().getSession().getInstructions());
      case HANDOFF_OUTPUT -> lastWord(input.getHandoffOutput().getText());
      case RESPONSE_CREATE -> lastWord(input.getResponseCreate().getInstructions());
      case ITEM_DELETE -> DELETE + input.getItemDelete().getItemId();
      default -> "";
    };
  }

  /** Whether it becomes an item of its own at the provider. */
  static boolean isItem(Input input) {
    return input.hasText() || input.hasHandoffOutput() || input.hasToolOutput();
  }

  private static String ofText(String text) {
    return text.startsWith(TOOL) && text.endsWith(TOOL_END)
        ? text.substring(TOOL.length(), text.length() - TOOL_END.length())
        : lastWord(text);
  }

  private static String lastWord(String text) {
    return text.substring(text.lastIndexOf(' ') + 1);
  }
}
