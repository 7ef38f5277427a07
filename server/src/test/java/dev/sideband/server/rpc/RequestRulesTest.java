package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Requests.OFFER;
import static dev.sideband.server.rpc.Requests.offering;
import static dev.sideband.server.rpc.Requests.session;
import static dev.sideband.server.rpc.Serving.LOCAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import dev.sideband.server.rpc.Serving.Refusal;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Item;
import dev.sideband.v1.Limits;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.SemanticVad;
import dev.sideband.v1.ServerVad;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.Tool;
import dev.sideband.v1.TurnDetection;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every limit on Start and List that the proto's comments promise, and that nothing refused reaches
 * a conversation.
 */
class RequestRulesTest {
  private static final Serving SERVING = Serving.everybodyAs(LOCAL);
  private static final int KIB = 1024;

  @AfterAll
  static void stop() {
    SERVING.close();
  }

  @AfterEach
  void nothingGotThrough() {
    assertThat(SERVING.conversations.starts).isEmpty();
  }

  private static SessionOptions.Builder options() {
    return SessionOptions.newBuilder();
  }

  private static StartRequest detecting(TurnDetection.Builder detection) {
    return session(options().setTurnDetection(detection));
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  static Stream<Arguments> badStarts() {
    return Stream.of(
        arguments("no transport", StartRequest.getDefaultInstance(), ErrorCode.REQUEST_INVALID),
        arguments("no SDP", offering("").build(), ErrorCode.SDP_MISSING),
        arguments("blank SDP", offering(" \r\n").build(), ErrorCode.SDP_MISSING),
        arguments("not SDP", offering("hello").build(), ErrorCode.SDP_MALFORMED),
        arguments("only a version", offering("v=0\r\n").build(), ErrorCode.SDP_MALFORMED),
        arguments(
            "broken media",
            offering(OFFER.replace("m=audio 9 ", "m=audio nine ")).build(),
            ErrorCode.SDP_MALFORMED),
        arguments(
            "no audio",
            offering(OFFER.replace("m=audio", "m=video")).build(),
            ErrorCode.SDP_WITHOUT_AUDIO),
        arguments(
            "audio off",
            offering(OFFER.replace("m=audio 9 ", "m=audio 0 ")).build(),
            ErrorCode.SDP_WITHOUT_AUDIO),
        arguments(
            "audio inactive",
            offering(OFFER.replace("a=sendrecv", "a=inactive")).build(),
            ErrorCode.SDP_WITHOUT_AUDIO),
        arguments(
            "SDP over 64 KiB",
            offering(OFFER + "a=x:" + "y".repeat(64 * KIB) + "\r\n").build(),
            ErrorCode.SDP_TOO_LARGE),
        arguments(
            "request id no UUID",
            offering(OFFER).setRequestId("1").build(),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "request id of odd groups",
            offering(OFFER).setRequestId("0000000-00000-0000-0000-000000000000").build(),
            ErrorCode.REQUEST_INVALID),
        arguments("voice", session(options().setVoice("hal")), ErrorCode.VOICE_UNSUPPORTED),
        arguments(
            "dialect", session(options().setDialect("esperanto")), ErrorCode.DIALECT_UNSUPPORTED),
        arguments(
            "instructions",
            session(options().setInstructions("x".repeat(256 * KIB + 1))),
            ErrorCode.TEXT_TOO_LONG),
        arguments(
            "instructions in bytes, not characters",
            session(options().setInstructions("é".repeat(128 * KIB + 1))),
            ErrorCode.TEXT_TOO_LONG),
        arguments(
            "startup context",
            session(options().setStartupContext("x".repeat(64 * KIB + 1))),
            ErrorCode.TEXT_TOO_LONG),
        arguments(
            "tools",
            session(
                options()
                    .addAllTools(
                        IntStream.range(0, 129)
                            .mapToObj(i -> Tool.newBuilder().setName("t" + i).build())
                            .toList())),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "tool without name",
            session(options().addTools(Tool.getDefaultInstance())),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "item id",
            session(
                options()
                    .addInitialItems(
                        Item.newBuilder()
                            .setId("i".repeat(33))
                            .setMessage(dev.sideband.v1.MessageItem.getDefaultInstance()))),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "output tokens",
            session(options().setMaxOutputTokens(4097)),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "modality", session(options().setOutputModalityValue(99)), ErrorCode.REQUEST_INVALID),
        arguments(
            "eagerness",
            detecting(
                TurnDetection.newBuilder()
                    .setSemanticVad(SemanticVad.newBuilder().setEagerness("very"))),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "idle timeout",
            detecting(
                TurnDetection.newBuilder()
                    .setServerVad(ServerVad.newBuilder().setIdleTimeout(seconds(31)))),
            ErrorCode.REQUEST_INVALID),
        arguments(
            "overrides without role",
            session(options().setSessionOverrides(Struct.getDefaultInstance())),
            ErrorCode.ROLE_MISSING),
        arguments(
            "metadata key",
            offering(OFFER).putMetadata("k".repeat(65), "v").build(),
            ErrorCode.TEXT_TOO_LONG),
        arguments(
            "metadata value",
            offering(OFFER).putMetadata("k", "v".repeat(1025)).build(),
            ErrorCode.TEXT_TOO_LONG),
        arguments("metadata count", crowded(), ErrorCode.REQUEST_INVALID),
        arguments(
            "limits",
            offering(OFFER).setLimits(Limits.newBuilder().setMaxDuration(seconds(-1))).build(),
            ErrorCode.REQUEST_INVALID));
  }

  private static StartRequest crowded() {
    StartRequest.Builder request = offering(OFFER);
    IntStream.range(0, 65).forEach(i -> request.putMetadata("k" + i, "v"));
    return request.build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badStarts")
  void shouldRefuseStartWhen(String what, StartRequest request, ErrorCode code) {
    Refusal refusal = Refusal.of(() -> SERVING.call().start(request));
    assertThat(refusal.code()).as(what).isEqualTo(code);
    assertThat(refusal.status()).isEqualTo(StatusMapper.codeOf(code));
  }

  @Test
  void shouldRefuseAPageThatIsTooLarge() {
    Refusal refusal =
        Refusal.of(() -> SERVING.call().list(ListRequest.newBuilder().setPageSize(501).build()));
    assertThat(refusal.info().getMetadataMap()).containsEntry("field", "page_size");
  }
}
