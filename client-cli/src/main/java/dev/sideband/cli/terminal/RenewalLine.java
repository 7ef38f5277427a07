package dev.sideband.cli.terminal;

import dev.sideband.cli.terminal.EventLine.Tone;
import dev.sideband.v1.CallRetired;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RenewalDue;
import java.time.Duration;

/** Words for how a conversation goes from one call to the next, and leaves them. */
final class RenewalLine {
  private RenewalLine() {}

  static EventLine of(RealtimeEvent event) {
    return switch (event.getPayloadCase()) {
      case RENEWAL_DUE -> due(event);
      case CALL_RENEWED ->
          new EventLine(
              Tone.MILESTONE,
              "call renewed",
              EventLine.list(
                  EventLine.laterCall(event.getCall()),
                  EventLine.timing(event.getCallRenewed().getTiming())));
      case RENEWAL_FAILED ->
          new EventLine(
              Tone.WARNING,
              "renewal failed",
              EventLine.list(
                  event.getRenewalFailed().getCode().name(),
                  Texts.oneLine(event.getRenewalFailed().getMessage())));
      case CALL_RETIRED -> retired(event.getCallRetired());
      default -> throw new IllegalArgumentException("event: " + event.getPayloadCase());
    };
  }

  private static EventLine retired(CallRetired retired) {
    String call = "call " + retired.getCall();
    return retired.getHangUp() == HangUp.NOT_CONFIRMED
        ? new EventLine(
            Tone.WARNING,
            "not hung up",
            EventLine.list(call, "not confirmed yet", "tried again while it may last"))
        : new EventLine(
            Tone.MILESTONE,
            "call retired",
            EventLine.list(call, EventLine.words(retired.getHangUp().name())));
  }

  private static EventLine due(RealtimeEvent event) {
    RenewalDue due = event.getRenewalDue();
    double left =
        Duration.between(Texts.instant(event.getTime()), Texts.instant(due.getDueAt())).toMillis();
    return new EventLine(
        Tone.NORMAL,
        "renewal due",
        EventLine.list(
            "within " + Texts.span(left), "of " + Texts.span(Texts.millis(due.getLimit()))));
  }
}
