package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sideband.v1.HandoffOptions;
import dev.sideband.v1.InputTranscription;
import dev.sideband.v1.NoiseReduction;
import dev.sideband.v1.OutputModality;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.Tool;

/**
 * Writes {@link SessionOptions} as the protocol's {@code session} object: whole for a create, and
 * for an update only what is set. Tools are replaced as a whole, so an update that names tools must
 * name all of them; the handoff tool counts as one. The overrides are merged last.
 */
final class SessionWriter {
  private static final int RATE = 24_000;
  static final String TRANSCRIPTION_MODEL = "gpt-4o-mini-transcribe";
  private static final String HANDOFF_TOOL = "background_agent";
  private static final String HANDOFF_DESCRIPTION =
      "Hands the user's request, in the user's own words, to the background agent, which can look"
          + " things up and act. This is the default for anything that needs more than talk. While"
          + " the agent is busy, a further call steers the task it is working on; use it also for"
          + " what the user wants done next or later.";

  private SessionWriter() {}

  /** For creating a call. */
  static ObjectNode forCreate(SessionOptions options, String defaultModel) {
    ObjectNode session = write(options, true);
    if (!options.getTranscriptionOnly()) {
      session.put("model", options.getModel().isEmpty() ? defaultModel : options.getModel());
    }
    override(session, options);
    return session;
  }

  /** For {@code session.update}, where a model is refused. */
  static ObjectNode forUpdate(SessionOptions options) {
    ObjectNode session = write(options, false);
    override(session, options);
    session.remove("model");
    return session;
  }

  private static void override(ObjectNode session, SessionOptions options) {
    MergePatch.apply(session, StructWriter.write(options.getSessionOverrides()));
  }

  private static ObjectNode write(SessionOptions options, boolean whole) {
    ObjectNode session = Json.object();
    session.put("type", options.getTranscriptionOnly() ? "transcription" : "realtime");
    ObjectNode audio = Json.object();
    setUnlessEmpty(audio, "input", audioInput(options, whole));
    if (!options.getTranscriptionOnly()) {
      writeSpeaking(session, options, whole);
      setUnlessEmpty(audio, "output", audioOutput(options, whole));
    }
    setUnlessEmpty(session, "audio", audio);
    return session;
  }

  private static void writeSpeaking(ObjectNode session, SessionOptions options, boolean whole) {
    String instructions = instructions(options);
    if (!instructions.isEmpty()) {
      session.put("instructions", instructions);
    }
    OutputModality modality = options.getOutputModality();
    if (whole || modality != OutputModality.OUTPUT_MODALITY_UNSPECIFIED) {
      session.putArray("output_modalities").add(modality(modality));
    }
    if (options.getMaxOutputTokens() > 0) {
      session.put("max_output_tokens", options.getMaxOutputTokens());
    }
    if (whole || options.getToolsCount() > 0 || options.getHandoff().getEnabled()) {
      session.set("tools", tools(options));
      session.put("tool_choice", "auto");
    }
  }

  /** The protocol's word for a modality. */
  static String modality(OutputModality modality) {
    return modality == OutputModality.OUTPUT_TEXT ? "text" : "audio";
  }

  private static String instructions(SessionOptions options) {
    if (options.getStartupContext().isEmpty()) {
      return options.getInstructions();
    }
    String context = "<startup_context>\n" + options.getStartupContext() + "\n</startup_context>";
    return options.getInstructions().isEmpty()
        ? context
        : options.getInstructions() + "\n\n" + context;
  }

  private static ObjectNode audioInput(SessionOptions options, boolean whole) {
    ObjectNode input = Json.object();
    if (whole) {
      input.set("format", pcm());
    }
    NoiseReduction reduction = options.getNoiseReduction();
    switch (reduction) {
      case NEAR_FIELD -> input.putObject("noise_reduction").put("type", "near_field");
      case FAR_FIELD -> input.putObject("noise_reduction").put("type", "far_field");
      case NO_NOISE_REDUCTION -> input.putNull("noise_reduction");
      case NOISE_REDUCTION_UNSPECIFIED, UNRECOGNIZED -> {}
    }
    if (whole || options.hasInputTranscription()) {
      writeTranscription(input, options.getInputTranscription());
    }
    if (options.hasTurnDetection()) {
      TurnDetectionWriter.write(input, options.getTurnDetection());
    }
    return input;
  }

  private static void writeTranscription(ObjectNode input, InputTranscription wanted) {
    if (wanted.getDisabled()) {
      input.putNull("transcription");
      return;
    }
    ObjectNode transcription = input.putObject("transcription");
    transcription.put(
        "model", wanted.getModel().isEmpty() ? TRANSCRIPTION_MODEL : wanted.getModel());
    if (!wanted.getLanguage().isEmpty()) {
      transcription.put("language", wanted.getLanguage());
    }
    if (!wanted.getPrompt().isEmpty()) {
      transcription.put("prompt", wanted.getPrompt());
    }
  }

  private static ObjectNode audioOutput(SessionOptions options, boolean whole) {
    ObjectNode output = Json.object();
    if (whole) {
      output.set("format", pcm());
    }
    if (!options.getVoice().isEmpty()) {
      output.put("voice", options.getVoice());
    }
    return output;
  }

  private static ObjectNode pcm() {
    return Json.object().put("type", "audio/pcm").put("rate", RATE);
  }

  private static ArrayNode tools(SessionOptions options) {
    ArrayNode tools = Json.object().arrayNode();
    for (Tool tool : options.getToolsList()) {
      ObjectNode function = function(tool.getName(), tool.getDescription());
      if (tool.hasParameters()) {
        function.set("parameters", StructWriter.write(tool.getParameters()));
      }
      tools.add(function);
    }
    if (options.getHandoff().getEnabled()) {
      tools.add(handoffTool(options.getHandoff()));
    }
    return tools;
  }

  private static ObjectNode handoffTool(HandoffOptions handoff) {
    String name = handoff.getToolName().isEmpty() ? HANDOFF_TOOL : handoff.getToolName();
    String description =
        handoff.getToolDescription().isEmpty() ? HANDOFF_DESCRIPTION : handoff.getToolDescription();
    ObjectNode function = function(name, description);
    ObjectNode parameters = function.putObject("parameters").put("type", "object");
    parameters
        .putObject("properties")
        .putObject("prompt")
        .put("type", "string")
        .put("description", "What the user wants, in the user's own words.");
    parameters.putArray("required").add("prompt");
    parameters.put("additionalProperties", false);
    return function;
  }

  private static ObjectNode function(String name, String description) {
    ObjectNode function = Json.object().put("type", "function").put("name", name);
    if (!description.isEmpty()) {
      function.put("description", description);
    }
    return function;
  }

  private static void setUnlessEmpty(ObjectNode parent, String name, ObjectNode child) {
    if (!child.isEmpty()) {
      parent.set(name, child);
    }
  }
}
