package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.v1.ContentPart;
import dev.sideband.v1.EffectiveSession;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.ProviderEvent;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.Role;
import dev.sideband.v1.Severity;
import dev.sideband.v1.ToolCallRequested;
import dev.sideband.v1.TranscriptDelta;
import dev.sideband.v1.TranscriptSource;
import dev.sideband.v1.Usage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GaEventAdapterTest {
  private final GaEventAdapter adapter = new GaEventAdapter();

  private List<RealtimeEvent> events(String json) {
    return adapter.read(json.replace('\'', '"')).events();
  }

  private RealtimeEvent event(String json) {
    assertThat(events(json)).hasSize(1);
    return events(json).get(0);
  }

  private static List<PayloadCase> kinds(List<RealtimeEvent> events) {
    return events.stream().map(RealtimeEvent::getPayloadCase).toList();
  }

  @Test
  void shouldReadTheSessionWithoutItsSecrets() {
    SidebandEvent event = adapter.read(Samples.of("session.updated"));

    EffectiveSession session = event.events().get(0).getSessionConfigured().getSession();
    assertThat(session.getModel()).isEqualTo("gpt-realtime");
    assertThat(session.getVoice()).isEqualTo("marin");
    assertThat(session.getToolNamesList()).containsExactly("lookup", "files");
    assertThat(session.getTranscriptionModel()).isEqualTo("gpt-4o-mini-transcribe");
    assertThat(session.getExpiresAt().getSeconds()).isEqualTo(1_790_000_000L);
    assertThat(session.getJson())
        .contains("\"password\":{\"type\":\"string\"}", "mcp.example/x")
        .doesNotContain("s3cr3t", "t0k3n", "u:p", "sess_1");
    assertThat(event.sessionId()).isEqualTo("sess_1");
  }

  @ParameterizedTest
  @CsvSource({
    "response.output_text.delta, OUTPUT_TEXT_STREAM",
    "response.text.delta, OUTPUT_TEXT_STREAM",
    "response.output_audio_transcript.delta, OUTPUT_TRANSCRIPT",
    "response.audio_transcript.delta, OUTPUT_TRANSCRIPT",
  })
  void shouldReadOldAndNewNamesAlike(String type, TranscriptSource source) {
    TranscriptDelta delta =
        event("{'type':'" + type + "','item_id':'i','response_id':'r','delta':'Hel'}")
            .getTranscriptDelta();

    assertThat(delta.getSource()).isEqualTo(source);
    assertThat(delta.getRole()).isEqualTo(Role.ASSISTANT);
    assertThat(delta.getDelta()).isEqualTo("Hel");
  }

  @Test
  void shouldAnnounceAnItemOnceUnderBothItsNames() {
    String item = "'item':{'id':'i1','type':'message','role':'user','content':[]}}";

    assertThat(kinds(events("{'type':'conversation.item.created'," + item)))
        .containsExactly(PayloadCase.ITEM_ADDED);
    assertThat(kinds(events("{'type':'conversation.item.added'," + item)))
        .containsExactly(PayloadCase.PROVIDER_EVENT);
  }

  @Test
  void shouldRequestAToolOnceWhenItsItemIsDone() {
    List<RealtimeEvent> done = adapter.read(Samples.of("conversation.item.done")).events();

    assertThat(kinds(done))
        .containsExactly(PayloadCase.ITEM_COMPLETED, PayloadCase.TOOL_CALL_REQUESTED);
    assertThat(done.get(1).getToolCallRequested())
        .isEqualTo(
            ToolCallRequested.newBuilder()
                .setToolCallId("call_1")
                .setItemId("item_2")
                .setName("background_agent")
                .setArguments("{\"prompt\":\"tidy up\"}")
                .build());
    assertThat(
            kinds(
                events(
                    "{'type':'response.output_item.done','item':"
                        + "{'type':'function_call','call_id':'c','name':'n','arguments':''}}")))
        .containsExactly(PayloadCase.OUTPUT_ITEM_COMPLETED);
  }

  @Test
  void shouldNotRequestAToolWhoseCallWasInterrupted() {
    assertThat(
            kinds(
                events(
                    "{'type':'conversation.item.done','item':{'type':'function_call',"
                        + "'status':'incomplete','call_id':'c','name':'n','arguments':'{'}}")))
        .containsExactly(PayloadCase.ITEM_COMPLETED);
  }

  @Test
  void shouldAskForApprovalWhenAnMcpCallNeedsIt() {
    List<RealtimeEvent> done =
        events(
            "{'type':'conversation.item.done','item':{'id':'m','type':'mcp_approval_request',"
                + "'server_label':'files','name':'rm','arguments':'{}'}}");

    assertThat(kinds(done))
        .containsExactly(PayloadCase.ITEM_COMPLETED, PayloadCase.MCP_APPROVAL_REQUESTED);
    assertThat(done.get(1).getMcpApprovalRequested().getServerLabel()).isEqualTo("files");
  }

  @Test
  void shouldReplaceAudioByItsDigest() {
    SidebandEvent event = adapter.read(Samples.of("conversation.item.added"));

    ContentPart part = event.events().get(0).getItemAdded().getItem().getMessage().getContent(0);
    assertThat(part.getTranscript()).isEqualTo("Hello.");
    assertThat(part.getBlob().getBytes()).isEqualTo(3);
    assertThat(part.getBlob().getSha256().size()).isEqualTo(32);
    assertThat(event.json()).contains("\"bytes\":3").doesNotContain("AAEC");
  }

  @Test
  void shouldGiveOutAudioButKeepItOutOfTheJson() {
    SidebandEvent event = adapter.read(Samples.of("response.output_audio.delta"));

    assertThat(event.events().get(0).getAudioOut().getPcm())
        .isEqualTo(ByteString.copyFrom(new byte[] {0, 1, 2, 3}));
    assertThat(event.json()).doesNotContain("AAECAw");
  }

  @Test
  void shouldRecordUsageBesideTheCompletedResponse() {
    List<RealtimeEvent> done = adapter.read(Samples.of("response.done")).events();

    assertThat(kinds(done))
        .containsExactly(PayloadCase.RESPONSE_COMPLETED, PayloadCase.USAGE_RECORDED);
    Usage usage = done.get(1).getUsageRecorded().getUsage();
    assertThat(usage.getInputTokens()).isEqualTo(20);
    assertThat(usage.getCachedTokens()).isEqualTo(4);
    assertThat(usage.getCachedTextTokens()).isEqualTo(1);
    assertThat(usage.getCachedAudioTokens()).isEqualTo(2);
    assertThat(usage.getCachedImageTokens()).isEqualTo(1);
    assertThat(usage.getOutputAudioTokens()).isEqualTo(7);
    assertThat(done.get(1).getUsageRecorded().hasTotal()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "server_error, TURN, PROVIDER_FAILED",
    "rate_limit_exceeded, TURN, PROVIDER_RATE_LIMITED",
    "insufficient_quota, OUT_OF_QUOTA, PROVIDER_QUOTA",
    "something_new, TURN, RESPONSE_FAILED",
  })
  void shouldSayHowBadItIsThatAResponseFailed(String code, Severity severity, ErrorCode ours) {
    List<RealtimeEvent> done =
        events(
            "{'type':'response.done','response':{'id':'r','status':'failed','status_details':"
                + "{'type':'failed','error':{'type':'x','code':'"
                + code
                + "'}}}}");

    assertThat(done.get(0).getResponseCompleted().getStatus())
        .isEqualTo(ResponseCompleted.Status.FAILED);
    assertThat(done.get(1).getErrorOccurred().getSeverity()).isEqualTo(severity);
    assertThat(done.get(1).getErrorOccurred().getCode()).isEqualTo(ours);
  }

  @ParameterizedTest
  @CsvSource({
    "insufficient_quota, x, OUT_OF_QUOTA, PROVIDER_QUOTA",
    "billing_hard_limit_reached, x, OUT_OF_QUOTA, PROVIDER_QUOTA",
    "'', insufficient_quota, OUT_OF_QUOTA, PROVIDER_QUOTA",
    "invalid_api_key, x, FATAL, PROVIDER_AUTH",
    "account_deactivated, x, FATAL, PROVIDER_AUTH",
    "session_expired, x, PAST_LIMIT, SESSION_EXPIRED",
    "beta_api_shape_disabled, x, FATAL, PROVIDER_REFUSED",
    "conversation_already_has_active_response, x, RECOVERABLE, RESPONSE_ACTIVE",
    "item_create_duplicate_item_id, x, RECOVERABLE, ITEM_DUPLICATE",
    "item_retrieve_invalid_item_id, x, RECOVERABLE, ITEM_UNKNOWN",
    "item_truncate_invalid_item_id, x, RECOVERABLE, ITEM_UNKNOWN",
    "item_delete_invalid_item_id, x, RECOVERABLE, ITEM_UNKNOWN",
    "rate_limit_exceeded, x, RECOVERABLE, PROVIDER_RATE_LIMITED",
    "'', server_error, TURN, PROVIDER_FAILED",
    "invalid_value, invalid_request_error, RECOVERABLE, PROVIDER_ERROR",
    "never_seen_before, x, RECOVERABLE, PROVIDER_ERROR",
  })
  void shouldTellErrorsApart(String code, String type, Severity severity, ErrorCode ours) {
    SidebandEvent event =
        adapter.read(
            ("{'type':'error','error':{'code':'"
                    + code
                    + "','type':'"
                    + type
                    + "','message':'No.','event_id':'cmd1'}}")
                .replace('\'', '"'));

    ErrorOccurred error = event.events().get(0).getErrorOccurred();
    assertThat(error.getSeverity()).isEqualTo(severity);
    assertThat(error.getCode()).isEqualTo(ours);
    assertThat(error.getProviderCode()).isEqualTo(code.isEmpty() ? type : code);
    assertThat(event.clientEventId()).isEqualTo("cmd1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Error adding item: an item with the id `0123456789abcdef0123456789abcdef` exists.|"
            + "0123456789abcdef0123456789abcdef",
        "Error truncating item: the item with id \\\"my-item\\\" doesn't exist.|my-item",
        "Item with item_id not found: item_DIaTwXyz123|item_DIaTwXyz123",
        "Invalid value for voice.|''",
      })
  void shouldFindTheItemThatAnErrorQuotes(String message, String itemId) {
    SidebandEvent event =
        adapter.read("{\"type\":\"error\",\"error\":{\"message\":\"" + message + "\"}}");

    assertThat(event.quotedItemId()).isEqualTo(itemId);
  }

  @Test
  void shouldPassOnWhatItDoesNotKnow() {
    ProviderEvent raw = event("{'type':'response.magic','x':1}").getProviderEvent();

    assertThat(raw.getType()).isEqualTo("response.magic");
    assertThat(raw.getJson()).isEqualTo("{\"type\":\"response.magic\",\"x\":1}");
    assertThat(raw.getCut()).isFalse();
  }

  @Test
  void shouldCutWhatIsTooLongAndSaySo() {
    ProviderEvent raw =
        event("{'type':'response.magic','x':'" + "\u00e9".repeat(400_000) + "'}")
            .getProviderEvent();

    assertThat(raw.getCut()).isTrue();
    assertThat(raw.getJsonBytes().size()).isBetween(200_000, 256 * 1024);
    assertThat(raw.getJson()).endsWith("[cut: 800032 bytes]");
  }

  @Test
  void shouldFitALongTranscriptIntoAnEvent() {
    RealtimeEvent event =
        event("{'type':'response.output_text.done','text':'" + "x".repeat(2_000_000) + "'}");

    assertThat(event.getSerializedSize()).isLessThan(1024 * 1024);
    assertThat(event.getTranscriptCompleted().getText()).endsWith("[cut: 2000000 bytes]");
  }

  @Test
  void shouldKeepTheTypeWhenManySmallPartsAreTooMuch() {
    String part = "{'type':'output_text','text':'" + "y".repeat(40) + "'},";
    String json =
        "{'type':'conversation.item.done','item':{'id':'i','type':'message','content':["
            + part.repeat(30_000)
            + "{}]}}";

    RealtimeEvent event = event(json);

    assertThat(event.getSerializedSize()).isLessThan(1024 * 1024);
    assertThat(event.getProviderEvent().getType()).isEqualTo("conversation.item.done");
    assertThat(event.getProviderEvent().getCut()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"nonsense", "[]", "null", "{}", "{\"type\":7}", "{\"type\":\"error\"} trailing"})
  void shouldReportWhatCannotBeRead(String text) {
    ErrorOccurred error = adapter.read(text).events().get(0).getErrorOccurred();

    assertThat(error.getCode()).isEqualTo(ErrorCode.PROVIDER_MESSAGE_UNREADABLE);
    assertThat(error.getSeverity()).isEqualTo(Severity.RECOVERABLE);
  }

  @Test
  void shouldReportNestingThatIsTooDeep() {
    String json = "{\"type\":\"x\",\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";

    assertThat(adapter.read(json).events().get(0).getErrorOccurred().getCode())
        .isEqualTo(ErrorCode.PROVIDER_MESSAGE_UNREADABLE);
  }
}
