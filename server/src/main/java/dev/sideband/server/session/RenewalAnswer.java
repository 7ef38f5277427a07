package dev.sideband.server.session;

import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.RenewResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the callers of one Renew are told, now and when they repeat it.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class RenewalAnswer {
  private final RenewCommand first;
  private final AnswerOutcome<RenewResponse> outcome = new AnswerOutcome<>();
  private RenewResponse response = RenewResponse.getDefaultInstance();

  RenewalAnswer(RenewCommand first) {
    this.first = first;
    outcome.join(first.waiter());
  }

  /** Whether this process took the same request before. */
  boolean isRepeatedBy(RenewCommand command) {
    return first.isNamedAs(command);
  }

  /** The caller of a repeat gets the outcome of the first. */
  void join(RenewCommand repeat) {
    if (repeat.fingerprint().equals(first.fingerprint())) {
      outcome.join(repeat.waiter());
    } else {
      repeat.waiter().failed(reused());
    }
  }

  /** Tells what the log knows of the same request; false if it knows nothing. */
  static boolean tryRepeat(RenewCommand command, Session session) {
    Optional<CallIds.Renewed> known =
        session.secrets().calls().renewal(command.request().getRequestId());
    known.ifPresent(
        renewed -> {
          if (!renewed.fingerprint().equals(command.fingerprint())) {
            command.waiter().failed(reused());
          } else if (renewed.refusal().isPresent()) {
            command.waiter().failed(StartRefusals.ofProto(renewed.refusal().get()));
          } else {
            renewed.answer().ifPresent(command.waiter()::answered);
          }
        });
    return known.isPresent();
  }

  private static SessionException reused() {
    return new SessionException(
        ErrorCode.REQUEST_ID_REUSED,
        "request_id: was used for a different Renew (expected: a new one)");
  }

  /** For the event that makes the outcome true. */
  PrivatePart.Builder known() {
    return first.known();
  }

  /** The same for a failure of what may have been asked for by an earlier process, or answered. */
  static PrivatePart refusal(@Nullable RenewalAnswer answer, SessionException why) {
    if (answer == null || !answer.isUnanswered()) {
      return PrivatePart.getDefaultInstance();
    }
    SessionException told = answer.outcome.refusal().orElse(why);
    return answer
        .known()
        .setStartRefusal(StartRefusals.toPrivatePart(Optional.of(told)).getStartRefusal())
        .build();
  }

  private boolean isUnanswered() {
    return outcome.isOpen() || outcome.refusal().isPresent() || !outcome.isDelivered();
  }

  /** The call exists, and is in the log as soon as that is durable. */
  void created(int call, long sequence, String sdpAnswer) {
    response =
        RenewResponse.newBuilder()
            .setCall(call)
            .setSequence(sequence)
            .setSdpAnswer(sdpAnswer)
            .build();
  }

  /** Answers; false if nobody waited any more. */
  boolean tryTell() {
    return outcome.tryAnswer(response) && outcome.isDelivered();
  }

  void refuse(SessionException why) {
    var unused = outcome.tryRefuse(why);
  }

  /**
   * A caller has gone.
   *
   * @return true if it was the last one that waited
   */
  boolean leave(AnswerWaiter<?> waiter) {
    return outcome.leave(waiter);
  }

  /** Whether somebody waits for the outcome. */
  boolean isWaitedFor() {
    return outcome.isWaitedFor();
  }
}
