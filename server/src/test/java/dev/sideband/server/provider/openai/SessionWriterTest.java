package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Duration;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sideband.v1.HandoffOptions;
import dev.sideband.v1.InputTranscription;
import dev.sideband.v1.Manual;
import dev.sideband.v1.NoiseReduction;
import dev.sideband.v1.OutputModality;
import dev.sideband.v1.SemanticVad;
import dev.sideband.v1.ServerVad;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.Tool;
import dev.sideband.v1.TurnDetection;
import org.junit.jupiter.api.Test;

class SessionWriterTest {

  private static void assertJson(JsonNode actual, String expected) {
    assertThat(actual).isEqualTo(Json.tryRead(expected.replace('\'', '"')).orElseThrow());
  }

  private static JsonNode created(SessionOptions.Builder options) {
    // Through text, as on the wire: numbers then compare by value, not by Java type.
    return Json.tryRead(SessionWriter.forCreate(options.build(), "gpt-realtime").toString())
        .orElseThrow();
  }

  private static JsonNode updated(SessionOptions.Builder options) {
    return Json.tryRead(SessionWriter.forUpdate(options.build()).toString()).orElseThrow();
  }

  private static Value number(double number) {
    return Value.newBuilder().setNumberValue(number).build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  @Test
  void shouldFillInTheDialectsDefaultsWhenACallIsCreated() {
    assertJson(
        created(SessionOptions.newBuilder().setVoice("marin")),
        """
        {'type':'realtime','model':'gpt-realtime','output_modalities':['audio'],
         'tools':[],'tool_choice':'auto',
         'audio':{'input':{'format':{'type':'audio/pcm','rate':24000},
                           'transcription':{'model':'gpt-4o-mini-transcribe'}},
                  'output':{'format':{'type':'audio/pcm','rate':24000},'voice':'marin'}}}
        """);
  }

  @Test
  void shouldLeaveAloneWhatAnUpdateDoesNotName() {
    assertJson(updated(SessionOptions.newBuilder()), "{'type':'realtime'}");
    assertJson(
        updated(SessionOptions.newBuilder().setModel("other").setInstructions("Be brief.")),
        "{'type':'realtime','instructions':'Be brief.'}");
  }

  private static SessionOptions.Builder everyOption() {
    return SessionOptions.newBuilder()
        .setInstructions("Be kind.")
        .setStartupContext("It is noon.")
        .setOutputModality(OutputModality.OUTPUT_TEXT)
        .setMaxOutputTokens(512)
        .setVoice("cedar")
        .setNoiseReduction(NoiseReduction.FAR_FIELD)
        .setInputTranscription(InputTranscription.newBuilder().setLanguage("de").setPrompt("names"))
        .setTurnDetection(
            TurnDetection.newBuilder()
                .setServerVad(
                    ServerVad.newBuilder()
                        .setThreshold(0.5f)
                        .setSilence(Duration.newBuilder().setNanos(500_000_000))
                        .setPrefixPadding(Duration.newBuilder().setNanos(300_000_000))
                        .setIdleTimeout(Duration.newBuilder().setSeconds(6))
                        .setCreateResponse(true)
                        .setInterruptResponse(false)))
        .addTools(Tool.newBuilder().setName("lookup").setDescription("Looks up."));
  }

  @Test
  void shouldWriteEveryOption() {
    assertJson(
        updated(everyOption()),
        """
        {'type':'realtime','output_modalities':['text'],'max_output_tokens':512,
         'instructions':'Be kind.\\n\\n<startup_context>\\nIt is noon.\\n</startup_context>',
         'tools':[{'type':'function','name':'lookup','description':'Looks up.'}],
         'tool_choice':'auto',
         'audio':{'input':{'noise_reduction':{'type':'far_field'},
           'transcription':{'model':'gpt-4o-mini-transcribe','language':'de','prompt':'names'},
           'turn_detection':{'type':'server_vad','threshold':0.5,'prefix_padding_ms':300,
             'silence_duration_ms':500,'idle_timeout_ms':6000,'create_response':true,
             'interrupt_response':false}},
          'output':{'voice':'cedar'}}}
        """);
  }

  @Test
  void shouldWriteNullForWhatIsSwitchedOff() {
    JsonNode input =
        updated(
                SessionOptions.newBuilder()
                    .setNoiseReduction(NoiseReduction.NO_NOISE_REDUCTION)
                    .setInputTranscription(InputTranscription.newBuilder().setDisabled(true))
                    .setTurnDetection(TurnDetection.newBuilder().setManual(Manual.newBuilder())))
            .path("audio")
            .path("input");

    assertJson(input, "{'noise_reduction':null,'transcription':null,'turn_detection':null}");
  }

  @Test
  void shouldWriteSemanticTurnDetection() {
    JsonNode session =
        updated(
            SessionOptions.newBuilder()
                .setTurnDetection(
                    TurnDetection.newBuilder()
                        .setSemanticVad(SemanticVad.newBuilder().setEagerness("low"))));

    assertJson(
        session.path("audio").path("input").path("turn_detection"),
        "{'type':'semantic_vad','eagerness':'low'}");
  }

  @Test
  void shouldOfferTheHandoffTool() {
    JsonNode tool =
        created(
                SessionOptions.newBuilder()
                    .setHandoff(HandoffOptions.newBuilder().setEnabled(true)))
            .path("tools")
            .path(0);

    assertThat(tool.path("name").asText()).isEqualTo("background_agent");
    assertThat(tool.path("description").asText()).contains("own words");
    assertThat(tool.path("parameters").path("required").path(0).asText()).isEqualTo("prompt");
    assertThat(tool.path("parameters").path("additionalProperties").asBoolean(true)).isFalse();
  }

  @Test
  void shouldNameTheHandoffToolAsTold() {
    JsonNode tool =
        updated(
                SessionOptions.newBuilder()
                    .setHandoff(
                        HandoffOptions.newBuilder()
                            .setEnabled(true)
                            .setToolName("crew")
                            .setToolDescription("Asks the crew.")))
            .path("tools")
            .path(0);

    assertThat(tool.path("name").asText()).isEqualTo("crew");
    assertThat(tool.path("description").asText()).isEqualTo("Asks the crew.");
  }

  @Test
  void shouldOnlyListenWhenOnlyTranscribing() {
    assertJson(
        created(
            SessionOptions.newBuilder()
                .setTranscriptionOnly(true)
                .setInstructions("ignored")
                .setVoice("marin")),
        """
        {'type':'transcription',
         'audio':{'input':{'format':{'type':'audio/pcm','rate':24000},
                           'transcription':{'model':'gpt-4o-mini-transcribe'}}}}
        """);
  }

  @Test
  void shouldMergeOverridesLast() {
    Struct output =
        Struct.newBuilder().putFields("speed", number(1.25)).putFields("voice", nothing()).build();
    Struct audio =
        Struct.newBuilder()
            .putFields("output", Value.newBuilder().setStructValue(output).build())
            .build();
    Struct overrides =
        Struct.newBuilder()
            .putFields("audio", Value.newBuilder().setStructValue(audio).build())
            .putFields("model", text("gpt-realtime-2"))
            .putFields("max_output_tokens", number(100))
            .putFields(
                "include",
                Value.newBuilder()
                    .setListValue(ListValue.newBuilder().addValues(text("logprobs")))
                    .build())
            .build();
    SessionOptions.Builder options =
        SessionOptions.newBuilder().setVoice("marin").setSessionOverrides(overrides);

    JsonNode created = created(options);
    assertThat(created.path("model").asText()).isEqualTo("gpt-realtime-2");
    assertThat(created.path("audio").path("output").path("speed").asDouble()).isEqualTo(1.25);
    assertThat(created.path("audio").path("output").has("voice")).isFalse();
    assertThat(created.path("audio").path("output").has("format")).isTrue();
    assertThat(created.path("max_output_tokens").toString()).isEqualTo("100");
    assertThat(created.path("include").toString()).isEqualTo("[\"logprobs\"]");
    assertThat(updated(options).has("model")).isFalse();
  }

  private static Value nothing() {
    return Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
  }
}
