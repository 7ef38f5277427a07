package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.ProviderCommand.AppendAudio;
import dev.sideband.server.provider.ProviderCommand.CancelResponse;
import dev.sideband.server.provider.ProviderCommand.ClearInputAudio;
import dev.sideband.server.provider.ProviderCommand.ClearOutputAudio;
import dev.sideband.server.provider.ProviderCommand.CommitAudio;
import dev.sideband.server.provider.ProviderCommand.CreateItem;
import dev.sideband.server.provider.ProviderCommand.CreateResponse;
import dev.sideband.server.provider.ProviderCommand.DeleteItem;
import dev.sideband.server.provider.ProviderCommand.RawJson;
import dev.sideband.server.provider.ProviderCommand.RetrieveItem;
import dev.sideband.server.provider.ProviderCommand.TruncateItem;
import dev.sideband.server.provider.ProviderCommand.UpdateSession;
import dev.sideband.v1.ContentPart;
import dev.sideband.v1.FunctionCallItem;
import dev.sideband.v1.FunctionOutputItem;
import dev.sideband.v1.Item;
import dev.sideband.v1.MessageItem;
import dev.sideband.v1.OtherItem;
import dev.sideband.v1.OutputModality;
import dev.sideband.v1.ResponseCreate;
import dev.sideband.v1.Role;
import dev.sideband.v1.SessionOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each of the protocol's eleven client events. */
class GaCommandWriterTest {

  private static void assertWritten(ProviderCommand command, String expected) {
    assertThat(Json.tryRead(GaCommandWriter.write(command)))
        .isEqualTo(Json.tryRead(expected.replace('\'', '"')))
        .isPresent();
  }

  private static CreateItem create(Item.Builder item) {
    return new CreateItem("e", item.setId("i").build(), "");
  }

  @Test
  void shouldWriteCommandsAboutAudio() {
    assertWritten(
        new AppendAudio(ByteString.copyFrom(new byte[] {0, 1, 2, 3})),
        "{'type':'input_audio_buffer.append','audio':'AAECAw=='}");
    assertWritten(new CommitAudio("e"), "{'type':'input_audio_buffer.commit','event_id':'e'}");
    assertWritten(new ClearInputAudio("e"), "{'type':'input_audio_buffer.clear','event_id':'e'}");
    assertWritten(new ClearOutputAudio("e"), "{'type':'output_audio_buffer.clear','event_id':'e'}");
  }

  @Test
  void shouldWriteCommandsAboutItems() {
    assertWritten(
        new RetrieveItem("e", "i"),
        "{'type':'conversation.item.retrieve','event_id':'e','item_id':'i'}");
    assertWritten(
        new DeleteItem("e", "i"),
        "{'type':'conversation.item.delete','event_id':'e','item_id':'i'}");
    assertWritten(
        new TruncateItem("e", "i", 0, 1_200),
        "{'type':'conversation.item.truncate','event_id':'e','item_id':'i','content_index':0,"
            + "'audio_end_ms':1200}");
  }

  @Test
  void shouldWriteMessagesInTheirRolesContentType() {
    for (Role role : new Role[] {Role.USER, Role.SYSTEM, Role.ASSISTANT}) {
      String name = role.name().toLowerCase(java.util.Locale.ROOT);
      String part = role == Role.ASSISTANT ? "output_text" : "input_text";
      assertWritten(
          create(
              Item.newBuilder()
                  .setMessage(
                      MessageItem.newBuilder()
                          .setRole(role)
                          .addContent(ContentPart.newBuilder().setText("Hi")))),
          "{'type':'conversation.item.create','event_id':'e','item':{'type':'message','role':'"
              + name
              + "','content':[{'type':'"
              + part
              + "','text':'Hi'}],'id':'i'}}");
    }
  }

  @Test
  void shouldWriteItemsOfEveryKind() {
    assertWritten(
        create(
            Item.newBuilder()
                .setFunctionOutput(
                    FunctionOutputItem.newBuilder().setToolCallId("c").setOutput("42"))),
        "{'type':'conversation.item.create','event_id':'e','item':{'type':'function_call_output',"
            + "'call_id':'c','output':'42','id':'i'}}");
    assertWritten(
        create(
            Item.newBuilder()
                .setFunctionCall(
                    FunctionCallItem.newBuilder()
                        .setToolCallId("c")
                        .setName("n")
                        .setArguments("{}"))),
        "{'type':'conversation.item.create','event_id':'e','item':{'type':'function_call',"
            + "'call_id':'c','name':'n','arguments':'{}','id':'i'}}");
    assertWritten(
        create(
            Item.newBuilder()
                .setOther(
                    OtherItem.newBuilder()
                        .setType("mcp_approval_response")
                        .setJson("{\"approve\":true}"))),
        "{'type':'conversation.item.create','event_id':'e','item':{'approve':true,"
            + "'type':'mcp_approval_response','id':'i'}}");
  }

  @Test
  void shouldWriteWhereAnItemGoes() {
    assertWritten(
        new CreateItem("e", Item.newBuilder().setId("i").build(), "root"),
        "{'type':'conversation.item.create','event_id':'e','previous_item_id':'root',"
            + "'item':{'id':'i'}}");
  }

  @Test
  void shouldWriteCommandsAboutResponses() {
    assertWritten(
        new CreateResponse("e", ResponseCreate.getDefaultInstance()),
        "{'type':'response.create','event_id':'e'}");
    Struct overrides =
        Struct.newBuilder()
            .putFields("conversation", Value.newBuilder().setStringValue("none").build())
            .build();
    assertWritten(
        new CreateResponse(
            "e",
            ResponseCreate.newBuilder()
                .setInstructions("Say hi.")
                .setOutputModality(OutputModality.OUTPUT_TEXT)
                .setMaxOutputTokens(50)
                .setOverrides(overrides)
                .build()),
        "{'type':'response.create','event_id':'e','response':{'instructions':'Say hi.',"
            + "'output_modalities':['text'],'max_output_tokens':50,'conversation':'none'}}");
    assertWritten(new CancelResponse("e", ""), "{'type':'response.cancel','event_id':'e'}");
    assertWritten(
        new CancelResponse("e", "r"),
        "{'type':'response.cancel','event_id':'e','response_id':'r'}");
  }

  @Test
  void shouldWriteSessionUpdates() {
    assertWritten(
        new UpdateSession("e", SessionOptions.newBuilder().setVoice("cedar").build()),
        "{'type':'session.update','event_id':'e','session':{'type':'realtime',"
            + "'audio':{'output':{'voice':'cedar'}}}}");
  }

  @Test
  void shouldPassRawJsonOnUnderOurId() {
    assertWritten(
        new RawJson("e", "{\"type\":\"x.y\",\"event_id\":\"theirs\",\"z\":1}"),
        "{'type':'x.y','event_id':'e','z':1}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"type\":", "{\"type\":1}"})
  void shouldRefuseRawJsonThatIsNone(String json) {
    assertThatThrownBy(() -> GaCommandWriter.write(new RawJson("e", json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }
}
