package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.v1.FunctionCallItem;
import dev.sideband.v1.Item;
import org.junit.jupiter.api.Test;

/** What is asked for by its id, and comes late. */
class RetrievedItemTest {
  private final GaEventAdapter adapter = new GaEventAdapter();

  private SidebandEvent retrieved(String item) {
    return adapter.read(
        ("{'type':'conversation.item.retrieved','item':" + item + "}").replace('\'', '"'));
  }

  private static Item only(SidebandEvent event) {
    assertThat(event.events()).hasSize(1);
    return event.events().get(0).getItemRetrieved().getItem();
  }

  @Test
  void shouldGiveTheWordsInAFunctionCallsArguments() {
    SidebandEvent event =
        retrieved(
            "{'id':'i','type':'function_call','status':'completed','call_id':'c',"
                + "'name':'background_agent','arguments':'{\\'prompt\\':\\'look it up\\'}'}");

    assertThat(event.argumentText()).isEqualTo("look it up");
    assertThat(only(event))
        .isEqualTo(
            Item.newBuilder()
                .setId("i")
                .setStatus("completed")
                .setFunctionCall(
                    FunctionCallItem.newBuilder()
                        .setToolCallId("c")
                        .setName("background_agent")
                        .setArguments("{\"prompt\":\"look it up\"}"))
                .build());
  }

  @Test
  void shouldCutTheSoundOfAMessage() {
    SidebandEvent event =
        retrieved(
            "{'id':'i','type':'message','role':'user','content':[{'type':'input_audio',"
                + "'transcript':'hello','audio':'AAEC'}]}");

    assertThat(event.argumentText()).isEmpty();
    assertThat(event.json()).doesNotContain("AAEC");
    assertThat(only(event).getMessage().getContent(0).getTranscript()).isEqualTo("hello");
    assertThat(only(event).getMessage().getContent(0).getBlob().getBytes()).isEqualTo(3);
  }
}
