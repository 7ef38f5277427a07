package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Requests.audio;
import static dev.sideband.server.rpc.Requests.text;
import static dev.sideband.server.rpc.Serving.LOCAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Struct;
import dev.sideband.server.rpc.Serving.Refusal;
import dev.sideband.v1.ClientMilestone;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.HandoffComplete;
import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.Input;
import dev.sideband.v1.Interrupt;
import dev.sideband.v1.RawJson;
import dev.sideband.v1.ResponseCreate;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.SessionUpdate;
import dev.sideband.v1.SpeechInput;
import dev.sideband.v1.TextInput;
import dev.sideband.v1.ToolOutput;
import io.grpc.Status;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every limit on inputs that the proto's comments promise; nothing refused reaches a conversation.
 */
class InputRulesTest {
  private static final Serving SERVING = Serving.everybodyAs(LOCAL);
  private static final int KIB = 1024;

  @AfterAll
  static void stop() {
    SERVING.close();
  }

  @AfterEach
  void nothingGotThrough() {
    assertThat(SERVING.conversations.sends).isEmpty();
  }

  private static Input.Builder input() {
    return Input.newBuilder();
  }

  static Stream<Arguments> badInputs() {
    return Stream.of(
        arguments("nothing", Input.getDefaultInstance(), ErrorCode.REQUEST_INVALID),
        arguments("empty text", text(""), ErrorCode.REQUEST_INVALID),
        arguments(
            "unknown role",
            input().setText(TextInput.newBuilder().setText("x").setRoleValue(9)).build(),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "long speech",
            input().setSpeech(SpeechInput.newBuilder().setText("x".repeat(16 * KIB + 1))).build(),
            ErrorCode.TEXT_TOO_LONG),
        arguments("odd audio", audio(3, 24_000), ErrorCode.AUDIO_FORMAT_UNSUPPORTED),
        arguments("audio rate", audio(480, 16_000), ErrorCode.AUDIO_FORMAT_UNSUPPORTED),
        arguments("long audio", audio(32 * KIB + 2, 24_000), ErrorCode.AUDIO_FORMAT_UNSUPPORTED),
        arguments("no audio", audio(0, 24_000), ErrorCode.REQUEST_INVALID),
        arguments(
            "handoff without id",
            input().setHandoffOutput(HandoffOutput.newBuilder().setText("x")).build(),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "tool output without id",
            input().setToolOutput(ToolOutput.newBuilder().setOutput("{}")).build(),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "response overrides without role",
            input()
                .setResponseCreate(
                    ResponseCreate.newBuilder().setOverrides(Struct.getDefaultInstance()))
                .build(),
            ErrorCode.ROLE_MISSING),
        arguments(
            "interrupt without item",
            input().setInterrupt(Interrupt.getDefaultInstance()).build(),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "another model",
            input()
                .setSessionUpdate(
                    SessionUpdate.newBuilder()
                        .setSession(SessionOptions.newBuilder().setModel("m")))
                .build(),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "another voice",
            input()
                .setSessionUpdate(
                    SessionUpdate.newBuilder()
                        .setSession(SessionOptions.newBuilder().setVoice("hal")))
                .build(),
            ErrorCode.VOICE_UNSUPPORTED),
        arguments(
            "milestone name",
            input().setClientMilestone(ClientMilestone.newBuilder().setName("Not one")).build(),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "raw JSON without role",
            input().setRawJson(RawJson.newBuilder().setJson("{}")).build(),
            ErrorCode.ROLE_MISSING));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badInputs")
  void shouldRefuseAnInputWhen(String what, Input input, ErrorCode code) {
    Refusal refusal = Refusal.of(() -> SERVING.call().send(Requests.send(input)));
    assertThat(refusal.code()).as(what).isEqualTo(code);
    assertThat(refusal.status()).isEqualTo(StatusMapper.codeOf(code));
  }

  static Stream<Arguments> longTexts() {
    return Stream.of(
        arguments("text.text", 64 * KIB, text(tooLong(64))),
        arguments(
            "handoff_output.text",
            64 * KIB,
            input()
                .setHandoffOutput(HandoffOutput.newBuilder().setHandoffId("h").setText(tooLong(64)))
                .build()),
        arguments(
            "handoff_complete.reason",
            KIB,
            input()
                .setHandoffComplete(
                    HandoffComplete.newBuilder().setHandoffId("h").setReason(tooLong(1)))
                .build()),
        arguments(
            "tool_output.output",
            256 * KIB,
            input()
                .setToolOutput(ToolOutput.newBuilder().setToolCallId("t").setOutput(tooLong(256)))
                .build()));
  }

  /** By one byte, in characters of two bytes. */
  private static String tooLong(int kib) {
    return "é".repeat(kib * KIB / 2) + "x";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("longTexts")
  void shouldNameTheFieldAndTheLimitOfALongText(String field, int limit, Input input) {
    Refusal refusal = Refusal.of(() -> SERVING.call().send(Requests.send(input)));
    assertThat(refusal.code()).isEqualTo(ErrorCode.TEXT_TOO_LONG);
    assertThat(refusal.status()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.info().getMetadataMap())
        .containsEntry("limit", Integer.toString(limit))
        .containsEntry("field", field);
  }

  @Test
  void shouldNameTheRoleThatIsMissing() {
    Refusal role =
        Refusal.of(
            () ->
                SERVING
                    .call()
                    .send(
                        Requests.send(
                            input().setRawJson(RawJson.newBuilder().setJson("{}")).build())));
    assertThat(role.status()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(role.info().getMetadataMap()).containsEntry("role", "provider-control");
  }
}
