package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Rules.holds;

import dev.sideband.server.fanout.FanOut;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.session.Conversations;
import dev.sideband.v1.ConverseRequest;
import dev.sideband.v1.ConverseRequest.Attach;
import dev.sideband.v1.ConverseRequest.SendInput;
import dev.sideband.v1.InputReceipt;
import dev.sideband.v1.SendResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The upper half of a Converse call: takes inputs and leaves their receipts, in order, with the
 * {@link SubscriptionStream} that is the lower half.
 *
 * <p><b>Threads.</b> The call's callbacks, which grpc-java makes one at a time. They never wait; an
 * input whose fate is open waits in the {@link ReceiptQueue}, whose bound is what the client may
 * send ahead.
 */
final class ConverseStream implements StreamObserver<Inbound<ConverseRequest>> {

  /** What a Converse call works with. */
  record Parts(
      Conversations conversations,
      FanOut fanOut,
      InputRules rules,
      Surroundings surroundings,
      OpenStreams streams) {}

  private record Attached(ConversationId conversation, SubscriptionStream stream) {}

  private final Parts parts;
  private final Caller caller;
  private final ServerCallStreamObserver<Outbound> out;
  private @Nullable Attached attached;
  private volatile @Nullable SubscriptionStream lower;
  private boolean over;

  ConverseStream(Parts parts, Caller caller, ServerCallStreamObserver<Outbound> out) {
    this.parts = parts;
    this.caller = caller;
    this.out = out;
    out.disableAutoRequest();
    out.setOnReadyHandler(this::wakeLower);
    out.setOnCancelHandler(this::cancelLower);
    out.request(1);
  }

  private void wakeLower() {
    SubscriptionStream stream = lower;
    if (stream != null) {
      stream.wake();
    }
  }

  private void cancelLower() {
    SubscriptionStream stream = lower;
    if (stream != null) {
      stream.cancelled();
    }
  }

  @Override
  public void onNext(Inbound<ConverseRequest> request) {
    if (over) {
      return;
    }
    try {
      take(request.message());
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void take(ConverseRequest request) {
    Attached to = attached;
    if (to == null) {
      holds(request.hasAttach(), "attach", "missing (expected: as the first message)");
      attach(request.getAttach());
    } else {
      holds(request.hasInput(), "input", "missing (expected: an input in each later message)");
      input(to, request.getInput());
    }
  }

  private void attach(Attach attach) {
    ConversationId conversation = Rules.conversation(attach.getConversationId());
    SubscriptionStream stream =
        new SubscriptionStream(
            out,
            parts.surroundings(),
            parts.streams(),
            signal ->
                parts
                    .fanOut()
                    .subscribe(
                        caller.reader(), conversation, attach.getAfterSequence(), true, signal));
    attached = new Attached(conversation, stream);
    lower = stream;
    stream.begin();
    out.request(ReceiptQueue.WINDOW);
  }

  private void input(Attached to, SendInput input) {
    CompletableFuture<InputReceipt> receipt = new CompletableFuture<>();
    to.stream().receipts().add(receipt);
    send(to.conversation(), input)
        .whenComplete(
            (accepted, failure) -> {
              receipt.complete(receipt(input.getRequestId(), accepted, failure));
              to.stream().wake();
            });
  }

  private CompletionStage<SendResponse> send(ConversationId conversation, SendInput input) {
    try {
      Rules.requestId(input.getRequestId());
      parts.rules().check(caller.principal(), input.getInput());
      return parts
          .conversations()
          .send(caller.principal(), conversation, input.getRequestId(), input.getInput());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static InputReceipt receipt(
      String requestId, @Nullable SendResponse accepted, @Nullable Throwable failure) {
    InputReceipt.Builder receipt = InputReceipt.newBuilder().setRequestId(requestId);
    if (accepted != null) {
      receipt.setInputId(accepted.getInputId()).setAccepted(accepted.getSequence());
    } else if (failure != null) {
      receipt.setRefused(StatusMapper.toProto(failure));
    }
    return receipt.build();
  }

  private void fail(RuntimeException why) {
    over = true;
    SubscriptionStream stream = lower;
    if (stream == null) {
      out.onError(StatusMapper.toException(why));
    } else {
      stream.fail(why);
    }
  }

  @Override
  public void onError(Throwable cancelled) {
    cancelLower();
  }

  /** No more inputs; events go on. */
  @Override
  public void onCompleted() {
    if (attached == null && !over) {
      fail(Rules.invalid("attach", "missing (expected: as the first message)"));
    }
  }
}
