package dev.sideband.cli.server;

import dev.sideband.v1.ConversationGrpc.ConversationBlockingStub;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/** The events of one subscription; the server waits when nobody pulls. */
public final class EventFeed implements Feed {
  /** How a stream ends that its server did not end in order. */
  private static final Set<Status.Code> LOST =
      EnumSet.of(Status.Code.UNAVAILABLE, Status.Code.CANCELLED);

  private final Context.CancellableContext context;
  private final Iterator<RealtimeEvents> batches;
  private final StatusTranslator translator;
  private final String conversationId;
  private boolean begun;
  private long lastSequence;
  private volatile boolean closed;

  private EventFeed(
      Context.CancellableContext context,
      Iterator<RealtimeEvents> batches,
      StatusTranslator translator,
      String conversationId) {
    this.conversationId = conversationId;
    this.context = context;
    this.batches = batches;
    this.translator = translator;
  }

  static EventFeed open(
      ConversationBlockingStub stub, SubscribeRequest request, StatusTranslator translator) {
    Context.CancellableContext context = Context.current().withCancellation();
    Context previous = context.attach();
    try {
      return new EventFeed(
          context, stub.subscribe(request), translator, request.getConversationId());
    } finally {
      context.detach(previous);
    }
  }

  @Override
  public Optional<RealtimeEvents> next() {
    try {
      if (!batches.hasNext()) {
        return Optional.empty();
      }
      RealtimeEvents batch = batches.next();
      begun = true;
      for (RealtimeEvent event : batch.getEventsList()) {
        lastSequence = Math.max(lastSequence, event.getSequence());
      }
      return Optional.of(batch);
    } catch (StatusRuntimeException e) {
      if (closed && e.getStatus().getCode() == Status.Code.CANCELLED) {
        return Optional.empty();
      }
      throw begun && LOST.contains(e.getStatus().getCode())
          ? translator.broken(e, conversationId, lastSequence)
          : translator.translate(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    context.cancel(null);
  }
}
