package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions in text, over a primary socket and a sideband. */
class LoopbackTextTest {
  private static final String AGENT_TOOL =
      "{'type':'session.update','event_id':'up-1','session':{'type':'realtime','output_modalities':['text'],"
          + "'tools':[{'type':'function','name':'background_agent','parameters':{}}]}}";

  private final LoopbackFixture loopback = LoopbackFixture.start(LoopbackFixture.quick());

  @AfterEach
  void close() {
    loopback.close();
  }

  @Test
  void shouldGreetWithSessionCreatedWhenPrimary() throws Exception {
    ObjectNode created = loopback.session().expect("session.created");

    assertThat(created.path("event_id").asText()).startsWith("event_");
    assertThat(created.at("/session/model").asText()).isEqualTo("gpt-realtime");
    assertThat(created.at("/session/type").asText()).isEqualTo("realtime");
    assertThat(created.at("/session/id").asText()).startsWith("sess_");
  }

  @Test
  void shouldSayTextBackWhenAskedForResponse() throws Exception {
    TestSocket session = loopback.session();
    session.expect("session.created");
    session.say(
        "{'type':'session.update','session':{'type':'realtime','output_modalities':['text']}}");
    session.expect("session.updated");

    session.text("greeting", "hello there");
    session.say("{'type':'response.create'}");

    assertThat(types(session.until("response.done")))
        .containsExactly(
            "conversation.item.added",
            "conversation.item.done",
            "response.created",
            "rate_limits.updated",
            "response.output_item.added",
            "conversation.item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "conversation.item.done",
            "response.output_item.done",
            "response.done");
  }

  @Test
  void shouldAnswerAllOfItWhenSeveralThingsWereSaid() throws Exception {
    TestSocket session = loopback.session();
    session.say(AGENT_TOOL);
    session.text("one", "Before.");
    session.text("two", "Ask the agent.");
    speak(session);
    session.text("three", "Afterwards.");
    session.say("{'type':'response.create'}");

    ObjectNode response = (ObjectNode) session.await("response.done").path("response");
    assertThat(response.at("/output/0/content/0/text").asText())
        .isEqualTo(
            "You said: Before. I will ask the background agent. I heard 0.1 seconds of speech."
                + " I will ask the background agent. You said: Afterwards.");
    assertThat(response.at("/output/1/arguments").asText()).contains("Ask the agent.");
    assertThat(response.at("/output/2/arguments").asText()).contains("speech");
  }

  /** A tenth of a second of silence, committed as a turn. */
  private static void speak(TestSocket session) throws InterruptedException {
    String audio = Base64.getEncoder().encodeToString(new byte[4_800]);
    session.say("{'type':'input_audio_buffer.append','audio':'" + audio + "'}");
    session.say("{'type':'input_audio_buffer.commit'}");
    session.await("input_audio_buffer.committed");
  }

  @Test
  void shouldNotAnswerTwiceWhenToolWasCalledWithoutAWord() throws Exception {
    TestSocket session = loopback.session();
    session.say(AGENT_TOOL);
    session.text("one", "!tool background_agent {}");
    session.say("{'type':'response.create'}");
    session.await("response.done");

    session.text("two", "Go on.");
    session.say("{'type':'response.create'}");

    JsonNode output = session.await("response.done").at("/response/output");
    assertThat(output).hasSize(1);
    assertThat(output.at("/0/content/0/text").asText()).isEqualTo("You said: Go on.");
  }

  @Test
  void shouldAccountForTokensWhenResponseIsDone() throws Exception {
    TestSocket session = loopback.session();
    session.text("one", "one two three");
    session.say("{'type':'response.create','response':{'output_modalities':['text']}}");

    ObjectNode response = (ObjectNode) session.await("response.done").path("response");

    assertThat(response.path("status").asText()).isEqualTo("completed");
    assertThat(response.at("/output/0/content/0/text").asText())
        .isEqualTo("You said: one two three");
    assertThat(response.at("/usage/input_tokens").asInt()).isEqualTo(3);
    assertThat(response.at("/usage/output_tokens").asInt()).isEqualTo(5);
    assertThat(response.at("/usage/total_tokens").asInt()).isEqualTo(8);
  }

  @Test
  void shouldCallAgentAndSayItsOutputWhenTextNamesIt() throws Exception {
    TestSocket session = loopback.session();
    session.say(AGENT_TOOL);
    session.text("ask", "Please ask the agent to count");
    session.say("{'type':'response.create'}");
    ObjectNode call = session.await("response.function_call_arguments.done");
    session.await("response.done");
    assertThat(call.path("name").asText()).isEqualTo("background_agent");
    assertThat(
            Json.readObject(call.path("arguments").asText()).orElseThrow().path("prompt").asText())
        .isEqualTo("Please ask the agent to count");

    String callId = call.path("call_id").asText();
    session.say(
        "{'type':'conversation.item.create','item':{'type':'function_call_output','call_id':'"
            + callId
            + "','output':'forty-two'}}");
    session.say("{'type':'response.create'}");

    assertThat(session.await("response.output_text.done").path("text").asText())
        .isEqualTo("The agent says: forty-two");
  }

  @Test
  void shouldSayAgentsMessagesWhenOutputPointsAtThem() throws Exception {
    TestSocket session = loopback.session();
    session.say(AGENT_TOOL);
    session.text("ask", "agent, count");
    session.say("{'type':'response.create'}");
    String callId = session.await("response.function_call_arguments.done").path("call_id").asText();
    session.await("response.done");

    session.text("progress", "[BACKEND] counted to seven");
    session.say(
        "{'type':'conversation.item.create','item':{'type':'function_call_output','call_id':'"
            + callId
            + "','output':'Use the preceding [BACKEND] messages as the result.'}}");
    session.say("{'type':'response.create'}");

    assertThat(session.await("response.output_text.done").path("text").asText())
        .isEqualTo("The agent says: counted to seven");
  }

  @Test
  void shouldGoOnFromAnotherSessionWhenToldWhatWasSaidThere() throws Exception {
    TestSocket session = loopback.session();
    session.say(AGENT_TOOL);
    session.text("user-1", "ask the agent");
    session.say(
        "{'type':'conversation.item.create','item':{'id':'assistant-1','type':'message',"
            + "'role':'assistant','content':[{'type':'output_text','text':'I will.'}]}}");
    session.say(
        "{'type':'conversation.item.create','item':{'id':'call-1','type':'function_call',"
            + "'call_id':'c1','name':'background_agent','arguments':'{}'}}");
    session.say(
        "{'type':'conversation.item.create','item':{'type':'function_call_output',"
            + "'call_id':'c1','output':'forty-two'}}");
    session.say("{'type':'response.create'}");

    assertThat(session.await("response.output_text.done").path("text").asText())
        .isEqualTo("The agent says: forty-two");
  }

  @Test
  void shouldChainItemsByPredecessorWhenAdded() throws Exception {
    TestSocket session = loopback.session();
    session.text("one", "1");
    session.text("two", "2");
    session.say(
        "{'type':'conversation.item.create','previous_item_id':'root','item':{'id':'zero','type':'message',"
            + "'role':'system','content':[{'type':'input_text','text':'0'}]}}");

    assertThat(session.await("conversation.item.added").path("previous_item_id").isNull()).isTrue();
    session.await("conversation.item.done");
    assertThat(session.await("conversation.item.added").path("previous_item_id").asText())
        .isEqualTo("one");
    session.await("conversation.item.done");
    assertThat(session.await("conversation.item.added").path("previous_item_id").isNull()).isTrue();
    session.say("{'type':'conversation.item.retrieve','item_id':'one'}");
    assertThat(session.await("conversation.item.retrieved").at("/item/content/0/text").asText())
        .isEqualTo("1");
  }

  @Test
  void shouldNameTheLastItemWhenAMarkerIsPutBehindIt() throws Exception {
    TestSocket session = loopback.session();
    session.text("tool", "!tool weather {\"city\":\"Oslo\"}");
    session.say("{'type':'response.create'}");
    String call = session.await("response.done").at("/response/output/0/id").asText();

    session.text("marker", "Nothing.");
    ObjectNode added = session.await("conversation.item.added");
    assertThat(added.at("/item/id").asText()).isEqualTo("marker");
    assertThat(added.path("previous_item_id").asText()).isEqualTo(call);
    session.say("{'type':'conversation.item.delete','item_id':'marker'}");
    session.say("{'type':'conversation.item.retrieve','item_id':'" + call + "'}");

    JsonNode item = session.await("conversation.item.retrieved").path("item");
    assertThat(item.path("type").asText()).isEqualTo("function_call");
    assertThat(item.path("name").asText()).isEqualTo("weather");
    assertThat(item.path("arguments").asText()).isEqualTo("{\"city\":\"Oslo\"}");
    assertThat(item.path("call_id").asText()).startsWith("call_");
    assertThat(item.path("status").asText()).isEqualTo("completed");
  }

  @Test
  void shouldSendTheSoundOfAnItemOnlyWhenItIsRetrieved() throws Exception {
    TestSocket session = loopback.session();
    session.text("one", "1");
    session.say("{'type':'response.create'}");
    JsonNode spoken = session.await("response.done").at("/response/output/0");
    assertThat(spoken.at("/content/0").has("audio")).isFalse();

    session.say(
        "{'type':'conversation.item.retrieve','item_id':'" + spoken.path("id").asText() + "'}");
    JsonNode part = session.await("conversation.item.retrieved").at("/item/content/0");
    assertThat(part.path("transcript").asText()).isEqualTo("You said: 1");
    assertThat(Base64.getDecoder().decode(part.path("audio").asText())).hasSize(4_800);
  }

  @Test
  void shouldTruncateAndDeleteWhenAsked() throws Exception {
    TestSocket session = loopback.session();
    session.text("one", "1");
    session.say("{'type':'response.create'}");
    String spoken = session.await("response.done").at("/response/output/0/id").asText();

    session.say(
        "{'type':'conversation.item.truncate','item_id':'"
            + spoken
            + "','content_index':0,'audio_end_ms':120}");
    assertThat(session.await("conversation.item.truncated").path("audio_end_ms").asInt())
        .isEqualTo(120);
    session.say("{'type':'conversation.item.delete','item_id':'one'}");
    assertThat(session.await("conversation.item.deleted").path("item_id").asText())
        .isEqualTo("one");
    session.say("{'type':'conversation.item.delete','item_id':'one','event_id':'again'}");
    ObjectNode error = session.awaitError();
    assertThat(error.path("code").asText()).isEqualTo("item_delete_invalid_item_id");
    assertThat(error.path("event_id").asText()).isEqualTo("again");
  }

  @Test
  void shouldStreamToEverySidebandWhenSeveralJoin() throws Exception {
    String call = loopback.createCall();
    TestSocket first = loopback.join(call);
    TestSocket second = loopback.join(call);

    first.say(AGENT_TOOL);

    ObjectNode updated = first.expect("session.updated");
    assertThat(second.expect("session.updated")).isEqualTo(updated);
    assertThat(loopback.server.report().call(call).orElseThrow().sidebands()).isEqualTo(2);
  }

  @Test
  void shouldReportInputsInOrderWhenReceived() throws Exception {
    String call = loopback.createCall();
    TestSocket sideband = loopback.join(call);
    sideband.say(AGENT_TOOL);
    sideband.text("one", "hello");
    sideband.say("{'type':'response.create','event_id':'rc'}");
    sideband.await("response.done");

    CallReport report = loopback.server.report().call(call).orElseThrow();

    assertThat(report.inputs())
        .extracting(CallReport.Input::type)
        .containsExactly("session.update", "conversation.item.create", "response.create");
    assertThat(report.inputs())
        .extracting(CallReport.Input::eventId)
        .containsExactly("up-1", "ev-one", "rc");
    assertThat(loopback.get("/loopback/calls").body()).contains("\"event_id\":\"rc\"");
  }

  private static List<String> types(List<ObjectNode> events) {
    return events.stream().map(event -> event.path("type").asText()).collect(Collectors.toList());
  }
}
