package dev.sideband.server.session;

import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.BufferClear;
import dev.sideband.v1.EffectiveSession;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputAcknowledged;
import dev.sideband.v1.InputRejected;
import dev.sideband.v1.RealtimeEvent;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Matches what the provider says with the inputs that it acknowledges or refuses.
 *
 * <p>Which event acknowledges which input stands in the proto, at each input. Errors are matched by
 * the id of ours that they echo, else by the item id that they quote. That what was sent again had
 * arrived before (a duplicate item, a deleted item that is gone) is no failure.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class InputFates {
  private final Session session;
  private final ResponseGate gate;

  InputFates(Session session, ResponseGate gate) {
    this.session = session;
    this.gate = gate;
  }

  /** An item is there; it may be one of ours. */
  void itemAdded(String itemId) {
    if (session.state().inputs().isPending(itemId)) {
      acknowledged(itemId, itemId);
      session.resending().arrived(itemId, true).ifPresent(gate::want);
    }
  }

  /** Some other event, which may answer an input. */
  void onEvent(RealtimeEvent.Builder event) {
    switch (event.getPayloadCase()) {
      case ITEM_TRUNCATED -> {
        String itemId = event.getItemTruncated().getItemId();
        oldest(input -> input.hasInterrupt() && input.getInterrupt().getItemId().equals(itemId));
      }
      case ITEM_DELETED -> {
        String itemId = event.getItemDeleted().getItemId();
        oldest(input -> input.hasItemDelete() && input.getItemDelete().getItemId().equals(itemId));
      }
      case INPUT_CLEARED -> oldest(input -> input.hasBufferClear() && !isOutput(input));
      case PLAYBACK_CLEARED -> oldest(input -> input.hasBufferClear() && isOutput(input));
      default -> {}
    }
  }

  private static boolean isOutput(Input input) {
    return input.getBufferClear().getDirection() == BufferClear.Direction.OUTPUT;
  }

  /** The active response is done, which is what a cancel wanted. */
  void responseCompleted() {
    oldest(Input::hasResponseCancel);
  }

  /**
   * The session changed; false if no input of ours asked for that.
   *
   * @param part of the message that says so
   */
  boolean trySessionUpdated(EffectiveSession now, PrivatePart part) {
    Optional<InputBook.Pending> asked =
        session.state().inputs().oldestSent(Input::hasSessionUpdate);
    asked.ifPresent(
        input ->
            acknowledge(
                InputAcknowledged.newBuilder().setInputId(input.inputId()).setSession(now), part));
    return asked.isPresent();
  }

  private void oldest(Predicate<Input> kind) {
    session.state().inputs().oldestSent(kind).ifPresent(input -> acknowledged(input.inputId(), ""));
  }

  void acknowledged(String inputId, String itemId) {
    acknowledge(
        InputAcknowledged.newBuilder().setInputId(inputId).setItemId(itemId),
        PrivatePart.getDefaultInstance());
  }

  private void acknowledge(InputAcknowledged.Builder acknowledged, PrivatePart part) {
    session.journal().add(RealtimeEvent.newBuilder().setInputAcknowledged(acknowledged), part);
  }

  /** The pending input that an error is about; "" if none. */
  String inputBlamed(SidebandEvent message, ErrorCode code) {
    InputBook inputs = session.state().inputs();
    if (inputs.isPending(message.clientEventId())) {
      return message.clientEventId();
    }
    if (inputs.isPending(message.quotedItemId())) {
      return message.quotedItemId();
    }
    // OpenAI does not always echo the id of ours when an item does not exist.
    return code == ErrorCode.ITEM_UNKNOWN && message.clientEventId().isEmpty()
        ? inputs
            .oldestSent(input -> names(input, message.quotedItemId()))
            .map(InputBook.Pending::inputId)
            .orElse("")
        : "";
  }

  private static boolean names(Input input, String itemId) {
    return (input.hasItemDelete() && input.getItemDelete().getItemId().equals(itemId))
        || (input.hasInterrupt() && input.getInterrupt().getItemId().equals(itemId));
  }

  private boolean isDeleteSentAgain(String inputId) {
    return session.resending().wasSentAgain(inputId)
        && session.state().inputs().pending(inputId).filter(Input::hasItemDelete).isPresent();
  }

  /** The provider said that an input failed. */
  void failed(String inputId, ErrorOccurred error) {
    if (inputId.isEmpty() || error.getCode() == ErrorCode.RESPONSE_ACTIVE) {
      return;
    }
    if (error.getCode() == ErrorCode.ITEM_DUPLICATE) {
      acknowledged(inputId, inputId); // It is there: an earlier send of it arrived.
      session.resending().arrived(inputId, false);
      return;
    }
    if (error.getCode() == ErrorCode.ITEM_UNKNOWN && isDeleteSentAgain(inputId)) {
      acknowledged(inputId, ""); // It is gone, which is what was wanted.
      return;
    }
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setInputRejected(
                    InputRejected.newBuilder()
                        .setInputId(inputId)
                        .setCode(error.getCode())
                        .setProviderCode(error.getProviderCode())
                        .setMessage(error.getMessage())));
  }
}
