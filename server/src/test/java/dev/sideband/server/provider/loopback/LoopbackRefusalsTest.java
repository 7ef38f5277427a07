package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a session refuses, in OpenAI's words, and that it goes on afterwards. */
class LoopbackRefusalsTest {
  private final LoopbackFixture loopback = LoopbackFixture.start(LoopbackFixture.paced());
  private TestSocket session;

  @BeforeEach
  void open() throws Exception {
    session = loopback.session();
    session.expect("session.created");
  }

  @AfterEach
  void close() {
    loopback.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'event_id':'e'}                                                  | missing_required_parameter
          {'event_id':'e','type':'session.dance'}                           | invalid_value
          {'event_id':'e','type':'session.update','session':{}}             | missing_required_parameter
          {'event_id':'e','type':'session.update','session':{'type':'realtime','model':'other'}} | invalid_value
          {'event_id':'e','type':'session.update','session':{'type':'realtime','x':1}} | unknown_parameter
          {'event_id':'e','type':'response.cancel'}                         | response_cancel_not_active
          {'event_id':'e','type':'input_audio_buffer.commit'}               | input_audio_buffer_commit_empty
          {'event_id':'e','type':'input_audio_buffer.append','audio':'%'}   | invalid_value
          {'event_id':'e','type':'output_audio_buffer.clear'}               | invalid_value
          {'event_id':'e','type':'conversation.item.retrieve','item_id':'x'} | item_retrieve_invalid_item_id
          {'event_id':'e','type':'conversation.item.truncate','item_id':'x'} | item_truncate_invalid_item_id
          {'event_id':'e','type':'conversation.item.delete','item_id':'x'}  | item_delete_invalid_item_id
          {'event_id':'e','type':'conversation.item.create'}                | missing_required_parameter
          {'event_id':'e','type':'conversation.item.create','item':{'type':'poem'}} | invalid_value
          {'event_id':'e','type':'conversation.item.create','item':{'id':'123456789012345678901234567890123','type':'message','role':'user','content':[]}} | string_above_max_length
          {'event_id':'e','type':'conversation.item.create','item':{'type':'message','role':'user','content':[{'type':'output_text','text':'x'}]}} | invalid_value
          {'event_id':'e','type':'conversation.item.create','previous_item_id':'x','item':{'type':'message','role':'user','content':[]}} | item_create_invalid_previous_item_id
          {'event_id':'e','type':'conversation.item.create','item':{'type':'function_call_output','call_id':'x','output':''}} | invalid_tool_call_id
          """)
  void shouldSayWhyAndEchoEventIdWhenRefusing(String event, String code) throws Exception {
    send(event);

    ObjectNode error = session.awaitError();
    assertThat(error.path("code").asText()).as(error.toString()).isEqualTo(code);
    assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.path("event_id").asText()).isEqualTo("e");
    session.say("{'type':'session.update','session':{'type':'realtime'}}");
    session.expect("session.updated");
  }

  private void send(String event) {
    session.send(event.replace('\'', '"'));
  }

  @Test
  void shouldRefuseDuplicateWhenItemIdIsTaken() throws Exception {
    session.text("twice", "a");
    session.text("twice", "b");

    ObjectNode error = session.awaitError();
    assertThat(error.path("code").asText()).isEqualTo("item_create_duplicate_item_id");
    assertThat(error.path("event_id").asText()).isEqualTo("ev-twice");
    assertThat(error.path("message").asText()).contains("'twice'");
  }

  @Test
  void shouldRefuseSecondResponseWhenOneIsActive() throws Exception {
    session.text("long", "!long 100");
    session.say("{'type':'response.create'}");
    session.say("{'type':'response.create','event_id':'second'}");

    ObjectNode error = session.awaitError();
    assertThat(error.path("code").asText()).isEqualTo("conversation_already_has_active_response");
    assertThat(error.path("event_id").asText()).isEqualTo("second");
    assertThat(session.await("response.done").at("/response/status").asText())
        .isEqualTo("completed");
  }

  @Test
  void shouldCancelWhenAsked() throws Exception {
    session.text("long", "!long 2000");
    session.say("{'type':'response.create'}");
    session.await("response.output_audio_transcript.delta");
    session.say("{'type':'response.cancel'}");

    ObjectNode response = (ObjectNode) session.await("response.done").path("response");
    assertThat(response.path("status").asText()).isEqualTo("cancelled");
    assertThat(response.at("/status_details/reason").asText()).isEqualTo("client_cancelled");
    assertThat(response.at("/output/0/status").asText()).isEqualTo("incomplete");
  }

  @Test
  void shouldFollowScriptWhenTextAsks() throws Exception {
    session.text("error", "!error server_overloaded");
    assertThat(session.awaitError().path("code").asText()).isEqualTo("server_overloaded");

    session.text("fail", "!fail rate_limit_exceeded");
    session.say("{'type':'response.create'}");
    ObjectNode failed = (ObjectNode) session.await("response.done").path("response");
    assertThat(failed.path("status").asText()).isEqualTo("failed");
    assertThat(failed.at("/status_details/error/code").asText()).isEqualTo("rate_limit_exceeded");

    session.text("incomplete", "!incomplete");
    session.say("{'type':'response.create'}");
    assertThat(session.await("response.done").at("/response/status_details/reason").asText())
        .isEqualTo("max_output_tokens");

    session.text("tool", "!tool weather {\"city\":\"Oslo\"}");
    session.say("{'type':'response.create'}");
    assertThat(session.await("response.function_call_arguments.done").path("arguments").asText())
        .isEqualTo("{\"city\":\"Oslo\"}");
  }

  @Test
  void shouldRefuseWhenMessageIsNoJson() throws Exception {
    session.send("hello");

    assertThat(session.awaitError().path("code").asText()).isEqualTo("invalid_json");
  }
}
