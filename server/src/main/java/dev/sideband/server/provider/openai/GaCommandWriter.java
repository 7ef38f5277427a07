package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import dev.sideband.v1.OutputModality;
import dev.sideband.v1.ResponseCreate;
import java.util.Base64;

/** Writes commands as client events of the GA protocol. Stateless; any thread. */
final class GaCommandWriter {

  private GaCommandWriter() {}

  /**
   * The JSON text of a command.
   *
   * @throws IllegalArgumentException if it carries JSON of a caller's own that is no object
   */
  static String write(ProviderCommand command) {
    return json(command).toString();
  }

  // A chain, because Java 17 cannot switch over a sealed type.
  private static ObjectNode json(ProviderCommand command) {
    if (command instanceof AppendAudio audio) {
      return event("input_audio_buffer.append", "").put("audio", base64(audio));
    } else if (command instanceof CreateItem create) {
      return createItem(create);
    } else if (command instanceof CreateResponse create) {
      return createResponse(create);
    } else if (command instanceof UpdateSession update) {
      ObjectNode event = event("session.update", update.eventId());
      event.set("session", SessionWriter.forUpdate(update.session()));
      return event;
    } else if (command instanceof RawJson raw) {
      return raw(raw);
    } else {
      return small(command);
    }
  }

  private static ObjectNode small(ProviderCommand command) {
    if (command instanceof TruncateItem truncate) {
      return event("conversation.item.truncate", truncate.eventId())
          .put("item_id", truncate.itemId())
          .put("content_index", truncate.contentIndex())
          .put("audio_end_ms", truncate.audioEndMs());
    } else if (command instanceof RetrieveItem retrieve) {
      return event("conversation.item.retrieve", retrieve.eventId())
          .put("item_id", retrieve.itemId());
    } else if (command instanceof DeleteItem delete) {
      return event("conversation.item.delete", delete.eventId()).put("item_id", delete.itemId());
    } else if (command instanceof CommitAudio commit) {
      return event("input_audio_buffer.commit", commit.eventId());
    } else if (command instanceof ClearInputAudio clear) {
      return event("input_audio_buffer.clear", clear.eventId());
    } else if (command instanceof ClearOutputAudio clear) {
      return event("output_audio_buffer.clear", clear.eventId());
    } else if (command instanceof CancelResponse cancel) {
      return putUnlessEmpty(
          event("response.cancel", cancel.eventId()), "response_id", cancel.responseId());
    }
    throw new IllegalArgumentException("command: " + command.getClass().getSimpleName());
  }

  private static ObjectNode createItem(CreateItem create) {
    ObjectNode event = event("conversation.item.create", create.eventId());
    putUnlessEmpty(event, "previous_item_id", create.previousItemId());
    event.set("item", ItemWriter.write(create.item()));
    return event;
  }

  private static ObjectNode createResponse(CreateResponse create) {
    ResponseCreate options = create.options();
    ObjectNode response = Json.object();
    putUnlessEmpty(response, "instructions", options.getInstructions());
    if (options.getOutputModality() != OutputModality.OUTPUT_MODALITY_UNSPECIFIED) {
      response
          .putArray("output_modalities")
          .add(SessionWriter.modality(options.getOutputModality()));
    }
    if (options.getMaxOutputTokens() > 0) {
      response.put("max_output_tokens", options.getMaxOutputTokens());
    }
    MergePatch.apply(response, StructWriter.write(options.getOverrides()));
    ObjectNode event = event("response.create", create.eventId());
    if (!response.isEmpty()) {
      event.set("response", response);
    }
    return event;
  }

  private static ObjectNode raw(RawJson raw) {
    ObjectNode event =
        Json.tryRead(raw.json())
            .filter(object -> !Json.text(object, "type").isEmpty())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "raw_json: unusable (expected: a JSON object with a type)"));
    // Ours, or an error about it could not be told from one about nothing.
    return putUnlessEmpty(event, "event_id", raw.eventId());
  }

  private static ObjectNode event(String type, String eventId) {
    return putUnlessEmpty(Json.object().put("type", type), "event_id", eventId);
  }

  private static ObjectNode putUnlessEmpty(ObjectNode object, String member, String text) {
    return text.isEmpty() ? object : object.put(member, text);
  }

  private static String base64(AppendAudio audio) {
    return Base64.getEncoder().encodeToString(audio.pcm().toByteArray());
  }
}
