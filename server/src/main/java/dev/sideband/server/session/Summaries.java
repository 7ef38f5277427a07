package dev.sideband.server.session;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sideband.server.log.CommittedEvent;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.EventLog;
import dev.sideband.server.log.EventLogException;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.v1.ConversationSummary;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ListRequest;
import dev.sideband.v1.ListResponse;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pages of conversations, from the log's heads and the first and last event of each; what live ones
 * have used is known elsewhere.
 *
 * <p><b>Threads.</b> Any that may block.
 */
final class Summaries {
  private static final Logger LOG = LoggerFactory.getLogger(Summaries.class);
  private static final int DEFAULT_PAGE = 50;

  private final EventLog log;
  private final Function<ConversationId, Optional<Usage>> liveUsage;

  Summaries(EventLog log, Function<ConversationId, Optional<Usage>> liveUsage) {
    this.log = log;
    this.liveUsage = liveUsage;
  }

  /** Reads a page, and replies with it or with why there is none. */
  void answer(Principal principal, ListRequest request, CompletableFuture<ListResponse> reply) {
    try {
      reply.complete(read(principal, request));
    } catch (SessionException e) {
      reply.completeExceptionally(e);
    } catch (RuntimeException e) { // Whatever it is: who waits must hear of it.
      LOG.error("the list of conversations cannot be read from the log", e);
      reply.completeExceptionally(Refusals.unreadable());
    }
  }

  private ListResponse read(Principal principal, ListRequest request) {
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    Optional<String> owner =
        principal.hasRole(Principal.Role.OBSERVER)
            ? Optional.empty()
            : Optional.of(principal.name());
    List<Head> heads =
        log.heads(
            new HeadQuery(owner, request.getLiveOnly(), before(request.getPageToken()), size));
    ListResponse.Builder page = ListResponse.newBuilder();
    heads.forEach(head -> page.addConversations(summary(head)));
    if (heads.size() == size) {
      page.setNextPageToken(token(heads.get(size - 1)));
    }
    return page.build();
  }

  private ConversationSummary summary(Head head) {
    ConversationSummary.Builder summary =
        ConversationSummary.newBuilder()
            .setConversationId(head.conversation().toString())
            .setStartedAt(ProtoTime.of(head.startedAt()))
            .setLive(head.live())
            .setLastSequence(head.lastSequence());
    event(head, head.firstSequence())
        .filter(RealtimeEvent::hasConversationStarted)
        .map(RealtimeEvent::getConversationStarted)
        .ifPresent(
            started ->
                summary
                    .setModel(started.getModel())
                    .setVoice(started.getVoice())
                    .setTransport(started.getTransport())
                    .putAllMetadata(started.getMetadataMap()));
    if (head.live()) {
      liveUsage.apply(head.conversation()).ifPresent(summary::setUsage);
    } else {
      event(head, head.lastSequence())
          .ifPresent(
              last ->
                  summary
                      .setEndedAt(last.getTime())
                      .setEndReason(last.getConversationEnded().getReason())
                      .setUsage(last.getConversationEnded().getUsage()));
    }
    return summary.build();
  }

  private Optional<RealtimeEvent> event(Head head, long sequence) {
    List<CommittedEvent> read = log.read(head.conversation(), sequence - 1, 1);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(RealtimeEvent.parseFrom(read.get(0).event()));
    } catch (InvalidProtocolBufferException e) {
      throw new EventLogException(
          EventLogException.Kind.CORRUPT, "event " + sequence + ": unreadable", e);
    }
  }

  /** Start time and id of the page's last conversation: what the order is made of. */
  private static String token(Head last) {
    Instant startedAt = last.startedAt();
    return startedAt.getEpochSecond() + "." + startedAt.getNano() + "." + last.conversation();
  }

  private static Optional<Head> before(String token) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = token.split("\\.", -1);
    try {
      Instant startedAt = Instant.ofEpochSecond(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
      ConversationId id = ConversationId.parse(parts[2]);
      return Optional.of(new Head(id, "", startedAt, 0, 0, 0, false));
    } catch (RuntimeException e) {
      throw new SessionException(
          ErrorCode.REQUEST_INVALID, "page_token: not one of ours (expected: next_page_token)");
    }
  }
}
