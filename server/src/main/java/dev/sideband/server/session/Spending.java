package dev.sideband.server.session;

import dev.sideband.v1.CallCreated;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Usage;
import dev.sideband.v1.UsageRecorded;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what a conversation used into money, as it is recorded: the event has the sum, so that a
 * price that changes later changes nothing that was. Under a budget what has no price is taken at
 * the dearest, so that nobody spends past it by using what nobody priced.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class Spending {
  private static final Logger LOG = LoggerFactory.getLogger(Spending.class);

  private final Session session;
  private final Prices prices;
  private boolean leakTold;

  Spending(Session session, Prices prices) {
    this.session = session;
    this.prices = prices;
  }

  /** A ResponseCompleted with what its response cost, if that is known. */
  RealtimeEvent.Builder response(RealtimeEvent.Builder event) {
    var completed = event.getResponseCompleted();
    return completed.hasUsage()
        ? event.setResponseCompleted(
            completed.toBuilder()
                .setUsage(priced(answering(session.state()), completed.getUsage())))
        : event;
  }

  /** A UsageRecorded with its cost, if that is known, and the conversation's total with it. */
  RealtimeEvent.Builder recorded(RealtimeEvent.Builder event) {
    UsageRecorded recorded = event.getUsageRecorded();
    String model = model(session.state(), recorded);
    Usage usage = priced(model, recorded.getUsage());
    if (hasBudget() && prices.microUsd(model, usage).isEmpty()) {
      tellLeak(model, prices.atMostMicroUsd(model, usage).isPresent());
    }
    return event.setUsageRecorded(
        recorded.toBuilder()
            .setUsage(usage)
            .setTotal(UsageTotal.sum(session.state().usage(), usage)));
  }

  private Usage priced(String model, Usage usage) {
    OptionalLong cost =
        hasBudget() ? prices.atMostMicroUsd(model, usage) : prices.microUsd(model, usage);
    return cost.isPresent() ? usage.toBuilder().setCostMicroUsd(cost.getAsLong()).build() : usage;
  }

  /** Which model used what is recorded; empty if that is not known. */
  static String model(SessionState state, UsageRecorded recorded) {
    return isTranscription(recorded) ? state.transcriptionModel() : answering(state);
  }

  static boolean isTranscription(UsageRecorded recorded) {
    return recorded.getResponseId().isEmpty();
  }

  /** The model that was asked to answer. */
  static String answering(SessionState state) {
    CallCreated call = state.callCreated();
    return call.getModel().isEmpty() ? state.started().getModel() : call.getModel();
  }

  private boolean hasBudget() {
    return session.state().started().getLimits().getBudgetMicroUsd() > 0;
  }

  /** A budget was promised, and something that was used has no price. */
  private void tellLeak(String model, boolean counted) {
    if (!leakTold) {
      leakTold = true;
      LOG.warn(
          "conversation {}: its budget {} what {} used, some of which has no price"
              + " (expected: one in session.prices-file)",
          session.id(),
          counted ? "takes the dearest price for" : "does not count",
          model.isEmpty() ? "an unnamed model" : "model " + model);
    }
  }
}
