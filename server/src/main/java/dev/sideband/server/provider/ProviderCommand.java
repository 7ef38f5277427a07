package dev.sideband.server.provider;

import com.google.protobuf.ByteString;
import dev.sideband.v1.Item;
import dev.sideband.v1.ResponseCreate;
import dev.sideband.v1.SessionOptions;

/**
 * Something to tell the provider. All but audio carry an id of ours, at most 32 characters, which
 * an error about them echoes ({@link SidebandEvent#clientEventId}).
 */
public sealed interface ProviderCommand {

  /** Makes the session what the options say; fields that are unset are left alone. */
  record UpdateSession(String eventId, SessionOptions session) implements ProviderCommand {}

  /** Adds an item, with the id that it carries, after another ("" = at the end, "root" = first). */
  record CreateItem(String eventId, Item item, String previousItemId) implements ProviderCommand {}

  /** Asks for an item. */
  record RetrieveItem(String eventId, String itemId) implements ProviderCommand {}

  /** Forgets what of an assistant's audio was not heard. */
  record TruncateItem(String eventId, String itemId, int contentIndex, long audioEndMs)
      implements ProviderCommand {}

  /** Removes an item. */
  record DeleteItem(String eventId, String itemId) implements ProviderCommand {}

  /** A piece of the user's voice, in the dialect's format. */
  record AppendAudio(ByteString pcm) implements ProviderCommand {}

  /** Ends the user's turn by hand. */
  record CommitAudio(String eventId) implements ProviderCommand {}

  /** Throws away the user's unused audio. */
  record ClearInputAudio(String eventId) implements ProviderCommand {}

  /** Cuts off the assistant's playing audio. */
  record ClearOutputAudio(String eventId) implements ProviderCommand {}

  /** Asks for a response. */
  record CreateResponse(String eventId, ResponseCreate options) implements ProviderCommand {}

  /** Stops a response ("" = the active one). */
  record CancelResponse(String eventId, String responseId) implements ProviderCommand {}

  /** A client event in the provider's own words. */
  record RawJson(String eventId, String json) implements ProviderCommand {}
}
