package dev.sideband.server.session;

import dev.sideband.v1.ContentPart;
import dev.sideband.v1.FunctionCallItem;
import dev.sideband.v1.Item;
import dev.sideband.v1.MessageItem;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ToolCallRequested;
import dev.sideband.v1.TranscriptCompleted;
import dev.sideband.v1.TranscriptSource;

/**
 * An item that was looked up because the provider's word of it was missed: tells what that word
 * would have told, unless it is told yet, or is still to come.
 *
 * @param argumentText the words in its arguments, if it is a function call
 */
record RecoveredItem(Item item, String argumentText) {

  /** Adds what follows from it. */
  void tell(Session session) {
    if (ItemBook.isUnderWay(item)) {
      return; // Its end will be heard.
    }
    if (item.hasFunctionCall()) {
      tellToolCall(session);
    } else if (item.hasMessage()) {
      tellWords(session);
    }
  }

  private void tellToolCall(Session session) {
    FunctionCallItem call = item.getFunctionCall();
    boolean brokenOff = item.getStatus().equals("incomplete");
    if (brokenOff || session.state().handoffs().isKnown(call.getToolCallId())) {
      return;
    }
    session
        .intake()
        .toolCalled(
            event(session)
                .setToolCallRequested(
                    ToolCallRequested.newBuilder()
                        .setToolCallId(call.getToolCallId())
                        .setItemId(item.getId())
                        .setName(call.getName())
                        .setArguments(call.getArguments())
                        .setRecovered(true)),
            argumentText);
  }

  private void tellWords(Session session) {
    MessageItem message = item.getMessage();
    for (int i = 0; i < message.getContentCount(); i++) {
      ContentPart part = message.getContent(i);
      TranscriptSource source = source(part.getType());
      String text = part.getTranscript().isEmpty() ? part.getText() : part.getTranscript();
      SessionState state = session.state();
      if (source != TranscriptSource.TRANSCRIPT_SOURCE_UNSPECIFIED
          && !text.isEmpty()
          && !state.transcript().isWhole(state.call(), item.getId(), i)) {
        session
            .journal()
            .add(
                event(session)
                    .setTranscriptCompleted(
                        TranscriptCompleted.newBuilder()
                            .setRole(message.getRole())
                            .setItemId(item.getId())
                            .setContentIndex(i)
                            .setText(text)
                            .setSource(source)));
      }
    }
  }

  private static RealtimeEvent.Builder event(Session session) {
    return RealtimeEvent.newBuilder().setAttachment(session.state().sideband().attachment());
  }

  /** What a live one would have come from; of a written text of the user nothing would have. */
  private static TranscriptSource source(String partType) {
    return switch (partType) {
      case "input_audio" -> TranscriptSource.INPUT_TRANSCRIPTION;
      case "output_audio" -> TranscriptSource.OUTPUT_TRANSCRIPT;
      case "output_text" -> TranscriptSource.OUTPUT_TEXT_STREAM;
      default -> TranscriptSource.TRANSCRIPT_SOURCE_UNSPECIFIED;
    };
  }
}
