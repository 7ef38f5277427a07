package dev.sideband.server.session;

import dev.sideband.server.provider.FakeSideband;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.v1.Input;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemAdded;
import dev.sideband.v1.ItemCompleted;
import dev.sideband.v1.ItemDeleted;
import dev.sideband.v1.ItemRetrieved;
import dev.sideband.v1.RawJson;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCompleted;
import dev.sideband.v1.ResponseCreate;
import dev.sideband.v1.ResponseStarted;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.SessionUpdate;
import dev.sideband.v1.TextInput;
import dev.sideband.v1.ToolCallRequested;
import java.util.List;

/** Inputs, what of them reached a sideband, and what the provider says to them. */
final class Fates {
  private Fates() {}

  static Input sessionUpdate(String instructions) {
    return Input.newBuilder()
        .setSessionUpdate(
            SessionUpdate.newBuilder()
                .setSession(SessionOptions.newBuilder().setInstructions(instructions)))
        .build();
  }

  /** The ids of the items that were created over it, in order; without markers. */
  static List<String> itemsSent(FakeSideband sideband) {
    return sideband.commands().stream()
        .filter(ProviderCommand.CreateItem.class::isInstance)
        .map(command -> ((ProviderCommand.CreateItem) command).item().getId())
        .filter(id -> !Marker.isOne(id))
        .toList();
  }

  static RealtimeEvent.Builder configured() {
    return RealtimeEvent.newBuilder().setSessionConfigured(SessionConfigured.getDefaultInstance());
  }

  static RealtimeEvent.Builder started(String responseId) {
    return RealtimeEvent.newBuilder()
        .setResponseStarted(ResponseStarted.newBuilder().setResponseId(responseId));
  }

  static RealtimeEvent.Builder completed(String responseId) {
    return RealtimeEvent.newBuilder()
        .setResponseCompleted(ResponseCompleted.newBuilder().setResponseId(responseId));
  }

  /** Text that the assistant is to answer. */
  static Input asking(String words) {
    return Input.newBuilder()
        .setText(TextInput.newBuilder().setText(words).setRespond(true))
        .build();
  }

  static Input responseCreate() {
    return Input.newBuilder().setResponseCreate(ResponseCreate.getDefaultInstance()).build();
  }

  static Input rawJson() {
    return Input.newBuilder().setRawJson(RawJson.newBuilder().setJson("{\"type\":\"x\"}")).build();
  }

  /** An item stands behind another ("" = it is the first). */
  static RealtimeEvent.Builder added(Item item, String previousItemId) {
    return RealtimeEvent.newBuilder()
        .setItemAdded(ItemAdded.newBuilder().setItem(item).setPreviousItemId(previousItemId));
  }

  static RealtimeEvent.Builder completed(Item item) {
    return RealtimeEvent.newBuilder().setItemCompleted(ItemCompleted.newBuilder().setItem(item));
  }

  static RealtimeEvent.Builder retrieved(Item item) {
    return RealtimeEvent.newBuilder().setItemRetrieved(ItemRetrieved.newBuilder().setItem(item));
  }

  static RealtimeEvent.Builder deleted(String itemId) {
    return RealtimeEvent.newBuilder().setItemDeleted(ItemDeleted.newBuilder().setItemId(itemId));
  }

  /** What a function call asks for. */
  static RealtimeEvent.Builder toolCalled(Item item, boolean recovered) {
    return RealtimeEvent.newBuilder()
        .setToolCallRequested(
            ToolCallRequested.newBuilder()
                .setToolCallId(item.getFunctionCall().getToolCallId())
                .setItemId(item.getId())
                .setName(item.getFunctionCall().getName())
                .setArguments(item.getFunctionCall().getArguments())
                .setRecovered(recovered));
  }

  static RealtimeEvent.Builder added(String itemId) {
    return RealtimeEvent.newBuilder()
        .setItemAdded(ItemAdded.newBuilder().setItem(Item.newBuilder().setId(itemId)));
  }
}
