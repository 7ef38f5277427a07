package dev.sideband.server.session;

import dev.sideband.v1.InputInDoubt;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCreate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Settles what was sent over a sideband that is gone, and was not acknowledged: what may arrive
 * twice is sent again, in its order; of all else the client is told, and decides.
 *
 * <p><b>Promise.</b> An item reaches the provider once: it is sent again under the same id, and a
 * duplicate counts as its acknowledgement. The response that it also asks for is asked for only
 * when it proves to be new; what followed it on the lost sideband cannot have arrived either.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Resending {
  private final Session session;
  private final Map<String, ResponseCreate> wishes = new HashMap<>();
  private final Set<String> sentAgain = new HashSet<>();

  Resending(Session session) {
    this.session = session;
  }

  /** The sideband is gone: says of every unacknowledged input what becomes of it. */
  void doubt() {
    wishes.clear();
    sentAgain.clear();
    for (InputBook.Pending input : session.state().inputs().inStage(InputBook.Stage.SENT)) {
      session
          .journal()
          .add(
              RealtimeEvent.newBuilder()
                  .setInputInDoubt(
                      InputInDoubt.newBuilder()
                          .setInputId(input.inputId())
                          .setWillResend(CommandPlan.isRepeatable(input.input()))));
    }
  }

  /** The sideband is back. */
  void resend() {
    for (InputBook.Pending input : session.state().inputs().inStage(InputBook.Stage.IN_DOUBT)) {
      CommandPlan plan = CommandPlan.of(input.inputId(), input.input());
      plan.command().ifPresent(command -> session.link().send(command));
      plan.response().ifPresent(options -> wishes.put(input.inputId(), options));
      sentAgain.add(input.inputId());
      session.outbox().sent(input.inputId());
    }
  }

  /** Whether an input had been sent before, over the sideband that was lost. */
  boolean wasSentAgain(String inputId) {
    return sentAgain.contains(inputId);
  }

  /**
   * An input was acknowledged.
   *
   * @param isNew whether it arrived only now
   * @return the response that it also asks for, if that is known not to have been asked for yet
   */
  Optional<ResponseCreate> arrived(String inputId, boolean isNew) {
    return Optional.ofNullable(wishes.remove(inputId)).filter(options -> isNew);
  }
}
