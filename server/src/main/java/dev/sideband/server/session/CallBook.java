package dev.sideband.server.session;

import com.google.protobuf.Timestamp;
import dev.sideband.store.v1.CallsCheckpoint;
import dev.sideband.v1.CallRetired;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.RealtimeEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The calls of a conversation: which is in use, which is to take its place, and which are not known
 * to be hung up.
 *
 * <p>Part of {@link SessionState}: pure, and its owner's thread only.
 */
final class CallBook {

  /** From when to when a call lasts; the end is the default instance if the provider named none. */
  record Term(Timestamp from, Timestamp until) {

    /** When the provider ends it by itself. */
    Instant end(RenewalConfig config) {
      return until.equals(Timestamp.getDefaultInstance())
          ? ProtoTime.toInstant(from).plus(config.sessionLimit())
          : ProtoTime.toInstant(until);
    }
  }

  private final TreeSet<Integer> open = new TreeSet<>();
  private final Map<Integer, Term> terms = new TreeMap<>();
  private int current;
  private int latest;
  private int next;
  private int nextAttachment;
  private boolean nextHeld;
  private boolean dueTold;

  /** Takes the next event of the conversation. */
  void evolve(RealtimeEvent event) {
    if (isOfNext(event) && event.getAttachment() > 0) {
      nextAttachment = event.getAttachment();
    }
    switch (event.getPayloadCase()) {
      case CALL_CREATED -> created(event);
      case SESSION_CONFIGURED -> {
        Timestamp until = event.getSessionConfigured().getSession().getExpiresAt();
        if (!until.equals(Timestamp.getDefaultInstance())) {
          terms.computeIfPresent(event.getCall(), (call, term) -> new Term(term.from, until));
        }
      }
      case CLIENT_MILESTONE_REACHED -> nextHeld |= isOfNext(event);
      case RENEWAL_DUE -> dueTold = true;
      case CALL_RENEWED -> {
        current = event.getCallRenewed().getCall();
        next = 0;
        dueTold = false;
      }
      case RENEWAL_FAILED -> {
        if (event.getRenewalFailed().getCall() == next) {
          next = 0;
        }
      }
      case CALL_RETIRED -> retired(event.getCallRetired());
      default -> {}
    }
  }

  private void created(RealtimeEvent event) {
    latest++;
    open.add(latest);
    terms.put(latest, new Term(event.getTime(), event.getCallCreated().getExpiresAt()));
    if (current == 0) {
      current = latest;
    } else {
      next = latest;
      nextAttachment = 0;
      nextHeld = false;
    }
  }

  private void retired(CallRetired retired) {
    if (retired.getHangUp() != HangUp.NOT_CONFIRMED) {
      open.remove(retired.getCall());
      terms.remove(retired.getCall());
    }
  }

  /** The call in use; 0 before the first. */
  int current() {
    return current;
  }

  /** Whether it is not the first one. */
  boolean isRenewed() {
    return current > 1;
  }

  /** The number of the next call to be created. */
  int following() {
    return latest + 1;
  }

  /** The call that was created and is to take the place of the one in use; 0 if there is none. */
  int next() {
    return next;
  }

  /** Whether a client reported a milestone of that call: somebody holds its answer. */
  boolean isNextHeld() {
    return nextHeld;
  }

  /** The latest join of that call that was tried. */
  int nextAttachment() {
    return nextAttachment;
  }

  /** Whether an event tells of the call that is not in use yet. */
  boolean isOfNext(RealtimeEvent event) {
    return next > 0 && event.getCall() == next;
  }

  /** Of the call in use. */
  Term term() {
    return term(current);
  }

  /** Of one that is not known to be hung up. */
  Term term(int call) {
    return terms.getOrDefault(
        call, new Term(Timestamp.getDefaultInstance(), Timestamp.getDefaultInstance()));
  }

  /** Whether it was told that the call in use is to be renewed. */
  boolean isDueTold() {
    return dueTold;
  }

  /** Calls that nobody will use any more, and that are not known to be hung up. */
  List<Integer> outOfUse() {
    return open.stream().filter(call -> call != current && call != next).toList();
  }

  /** The same once the conversation is ending, when the one that was to come is among them. */
  List<Integer> outOfUseAtTheEnd() {
    return open.stream().filter(call -> call != current).toList();
  }

  CallsCheckpoint checkpoint() {
    CallsCheckpoint.Builder checkpoint =
        CallsCheckpoint.newBuilder()
            .addAllOpen(open)
            .setCurrent(current)
            .setLatest(latest)
            .setNext(next)
            .setNextAttachment(nextAttachment)
            .setNextHeld(nextHeld)
            .setDueTold(dueTold);
    terms.forEach(
        (call, term) ->
            checkpoint.addTerms(
                CallsCheckpoint.Term.newBuilder()
                    .setCall(call)
                    .setFrom(term.from())
                    .setUntil(term.until())));
    return checkpoint.build();
  }

  void restore(CallsCheckpoint from) {
    open.addAll(from.getOpenList());
    for (CallsCheckpoint.Term term : from.getTermsList()) {
      terms.put(term.getCall(), new Term(term.getFrom(), term.getUntil()));
    }
    current = from.getCurrent();
    latest = from.getLatest();
    next = from.getNext();
    nextAttachment = from.getNextAttachment();
    nextHeld = from.getNextHeld();
    dueTold = from.getDueTold();
  }
}
