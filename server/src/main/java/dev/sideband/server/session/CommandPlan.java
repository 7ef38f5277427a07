package dev.sideband.server.session;

import com.google.protobuf.util.Durations;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.v1.BufferClear;
import dev.sideband.v1.ContentPart;
import dev.sideband.v1.FunctionOutputItem;
import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.Input;
import dev.sideband.v1.Item;
import dev.sideband.v1.MessageItem;
import dev.sideband.v1.ResponseCreate;
import dev.sideband.v1.Role;
import dev.sideband.v1.ToolOutput;
import java.util.Optional;

/**
 * What an input becomes at the provider.
 *
 * @param command to send now, if any; it carries the input's id as its own
 * @param response to ask for after it, if any
 */
public record CommandPlan(Optional<ProviderCommand> command, Optional<ResponseCreate> response) {

  /** Begins every text that an agent, not the user, put into the conversation. */
  static final String BACKEND = "[BACKEND] ";

  private static final String SAY =
      "Say this to the user now, in your own voice and in the language of the conversation: ";

  /** Of an input that is sent: all but audio and milestones. */
  public static CommandPlan of(String inputId, Input input) {
    return switch (input.getKindCase()) {
      case TEXT -> text(inputId, input);
      case SPEECH -> speech(inputId, input.getSpeech().getText());
      case HANDOFF_OUTPUT -> handoffOutput(inputId, input.getHandoffOutput());
      case HANDOFF_COMPLETE ->
          send(functionOutput(inputId, input.getHandoffComplete().getHandoffId(), ""));
      case TOOL_OUTPUT -> toolOutput(inputId, input);
      case RESPONSE_CREATE ->
          new CommandPlan(Optional.empty(), Optional.of(input.getResponseCreate()));
      case RESPONSE_CANCEL ->
          send(
              new ProviderCommand.CancelResponse(
                  inputId, input.getResponseCancel().getResponseId()));
      case INTERRUPT ->
          send(
              new ProviderCommand.TruncateItem(
                  inputId,
                  input.getInterrupt().getItemId(),
                  0,
                  Durations.toMillis(input.getInterrupt().getPlayed())));
      case ITEM_DELETE ->
          send(new ProviderCommand.DeleteItem(inputId, input.getItemDelete().getItemId()));
      case BUFFER_CLEAR -> send(bufferClear(inputId, input.getBufferClear()));
      case SESSION_UPDATE ->
          send(new ProviderCommand.UpdateSession(inputId, input.getSessionUpdate().getSession()));
      case RAW_JSON -> send(new ProviderCommand.RawJson(inputId, input.getRawJson().getJson()));
      case AUDIO, CLIENT_MILESTONE, KIND_NOT_SET ->
          throw new IllegalArgumentException("input: " + input.getKindCase() + " has no plan");
    };
  }

  /** Whether an input asks for a response beside what it sends. */
  static boolean asksToo(Input input) {
    return switch (input.getKindCase()) {
      case TEXT -> input.getText().getRespond();
      case SPEECH -> true;
      case HANDOFF_OUTPUT -> input.getHandoffOutput().getPhase() == HandoffOutput.Phase.FINAL;
      case TOOL_OUTPUT -> !input.getToolOutput().hasRespond() || input.getToolOutput().getRespond();
      default -> false;
    };
  }

  /** Whether the provider may get it twice, with the same result as once. */
  static boolean isRepeatable(Input input) {
    return switch (input.getKindCase()) {
      case RESPONSE_CREATE, RESPONSE_CANCEL, RAW_JSON, AUDIO, CLIENT_MILESTONE, KIND_NOT_SET ->
          false;
      case TEXT,
          SPEECH,
          HANDOFF_OUTPUT,
          HANDOFF_COMPLETE,
          TOOL_OUTPUT,
          INTERRUPT,
          ITEM_DELETE,
          BUFFER_CLEAR,
          SESSION_UPDATE ->
          true;
    };
  }

  private static CommandPlan text(String inputId, Input input) {
    ProviderCommand item = message(inputId, input.getText().getRole(), input.getText().getText());
    return asksToo(input) ? sendAndAsk(item) : send(item);
  }

  private static CommandPlan speech(String inputId, String text) {
    return sendAndAsk(message(inputId, Role.SYSTEM, SAY + text));
  }

  private static CommandPlan handoffOutput(String inputId, HandoffOutput output) {
    return output.getPhase() == HandoffOutput.Phase.FINAL
        ? sendAndAsk(functionOutput(inputId, output.getHandoffId(), output.getText()))
        : send(message(inputId, Role.SYSTEM, BACKEND + output.getText()));
  }

  private static CommandPlan toolOutput(String inputId, Input input) {
    ToolOutput output = input.getToolOutput();
    ProviderCommand item = functionOutput(inputId, output.getToolCallId(), output.getOutput());
    return asksToo(input) ? sendAndAsk(item) : send(item);
  }

  private static ProviderCommand bufferClear(String inputId, BufferClear clear) {
    return clear.getDirection() == BufferClear.Direction.OUTPUT
        ? new ProviderCommand.ClearOutputAudio(inputId)
        : new ProviderCommand.ClearInputAudio(inputId);
  }

  private static ProviderCommand message(String inputId, Role role, String text) {
    String type = role == Role.ASSISTANT ? "output_text" : "input_text";
    return new ProviderCommand.CreateItem(
        inputId,
        Item.newBuilder()
            .setId(inputId)
            .setMessage(
                MessageItem.newBuilder()
                    .setRole(role)
                    .addContent(ContentPart.newBuilder().setType(type).setText(text)))
            .build(),
        "");
  }

  private static ProviderCommand functionOutput(String inputId, String toolCallId, String output) {
    return new ProviderCommand.CreateItem(
        inputId,
        Item.newBuilder()
            .setId(inputId)
            .setFunctionOutput(
                FunctionOutputItem.newBuilder().setToolCallId(toolCallId).setOutput(output))
            .build(),
        "");
  }

  private static CommandPlan send(ProviderCommand command) {
    return new CommandPlan(Optional.of(command), Optional.empty());
  }

  private static CommandPlan sendAndAsk(ProviderCommand command) {
    return new CommandPlan(Optional.of(command), Optional.of(ResponseCreate.getDefaultInstance()));
  }
}
