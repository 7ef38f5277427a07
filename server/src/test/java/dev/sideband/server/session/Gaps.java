package dev.sideband.server.session;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.v1.ContentPart;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.FunctionCallItem;
import dev.sideband.v1.Item;
import dev.sideband.v1.MessageItem;
import dev.sideband.v1.Role;
import dev.sideband.v1.Severity;
import dev.sideband.v1.StartRequest;
import java.time.Duration;
import java.util.List;

/** Sidebands that are lost and come back, and what stands at the end of the conversation then. */
final class Gaps {
  /** The one item that was there before. */
  static final Item KNOWN = said("item_1", "hello");

  /** The marker of the second attachment. */
  static final String MARKER = "probe-1-2";

  private Gaps() {}

  static Item said(String itemId, String words) {
    return Item.newBuilder()
        .setId(itemId)
        .setStatus("completed")
        .setMessage(
            MessageItem.newBuilder()
                .setRole(Role.ASSISTANT)
                .addContent(ContentPart.newBuilder().setType("output_audio").setTranscript(words)))
        .build();
  }

  static Item called(String toolCallId, String name, String status) {
    return Item.newBuilder()
        .setId("item_" + toolCallId)
        .setStatus(status)
        .setFunctionCall(
            FunctionCallItem.newBuilder()
                .setToolCallId(toolCallId)
                .setName(name)
                .setArguments("{\"prompt\":\"look it up\"}"))
        .build();
  }

  /** A conversation with one known item. */
  static Live talking(SessionWorld world) {
    return talking(world, SessionWorld.webRtc());
  }

  static Live talking(SessionWorld world, StartRequest request) {
    Live live = world.live(request);
    live.hears("conversation.item.added", Fates.added(KNOWN, ""));
    live.hears("conversation.item.done", Fates.completed(KNOWN));
    return live;
  }

  static Live lostAndRejoined(Live live) {
    live.sideband().lose(Cause.RESET, 0);
    live.world().advance(Duration.ofSeconds(1));
    return live.rejoined();
  }

  static Live restarted(Live live) {
    live.sideband().close();
    live.world().restart();
    return live.rejoined();
  }

  /** The provider puts the marker behind this item. */
  static void marked(Live live, String marker, String tail) {
    Item item = Item.newBuilder().setId(marker).build();
    live.hears("conversation.item.added", Fates.added(item, tail));
    live.hears("conversation.item.done", Fates.completed(item));
  }

  /** The provider looks an item up. */
  static void retrieved(Live live, Item item, String argumentText) {
    live.sideband()
        .emit(
            new SidebandEvent(
                "conversation.item.retrieved",
                List.of(Fates.retrieved(item).build()),
                "{}",
                "",
                "",
                argumentText,
                ""));
    live.world().settle();
  }

  static void refused(Live live, ErrorCode code, String eventId, String quotedItemId) {
    live.sideband()
        .emitError(
            ErrorOccurred.newBuilder()
                .setSeverity(Severity.RECOVERABLE)
                .setCode(code)
                .setProviderCode("no")
                .setMessage("No.")
                .build(),
            eventId,
            quotedItemId);
    live.world().settle();
  }

  /** What a rejoined sideband was told after our session. */
  static List<ProviderCommand> told(Live live) {
    List<ProviderCommand> commands = live.sideband().commands();
    return commands.subList(1, commands.size());
  }
}
