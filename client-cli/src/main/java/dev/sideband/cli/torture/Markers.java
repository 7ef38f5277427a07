package dev.sideband.cli.torture;

import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.Input;
import dev.sideband.v1.ItemDelete;
import dev.sideband.v1.ResponseCreate;
import dev.sideband.v1.TextInput;

/**
 * Inputs that can be told apart by their content alone: a doubled one shows, whatever id it was
 * given. The marker is the last word of a text; a delete is marked by what it deletes.
 */
final class Markers {
  private static final String DELETE = "delete ";

  private Markers() {}

  static Input text(String words, String marker, boolean respond) {
    return Input.newBuilder()
        .setText(TextInput.newBuilder().setText(words + " " + marker).setRespond(respond))
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
      case TEXT -> lastWord(input.getText().getText());
      case HANDOFF_OUTPUT -> lastWord(input.getHandoffOutput().getText());
      case RESPONSE_CREATE -> lastWord(input.getResponseCreate().getInstructions());
      case ITEM_DELETE -> DELETE + input.getItemDelete().getItemId();
      default -> "";
    };
  }

  /** Whether it becomes an item of its own at the provider. */
  static boolean isItem(Input input) {
    return input.hasText() || input.hasHandoffOutput();
  }

  private static String lastWord(String text) {
    return text.substring(text.lastIndexOf(' ') + 1);
  }
}
