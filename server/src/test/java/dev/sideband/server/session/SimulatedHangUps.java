package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeHangUp;
import dev.sideband.server.provider.FakeProvider;
import dev.sideband.server.provider.HangUpOutcome;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.RealtimeEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a provider makes of hang-ups in random histories: late, in vain, or nothing at all. */
final class SimulatedHangUps {
  private final FakeProvider fake;
  private final Random random;

  SimulatedHangUps(FakeProvider fake, Random random) {
    this.fake = fake;
    this.random = random;
    fake.holdHangUps();
  }

  /** Answers some of those that have no answer. */
  void answerSome() {
    unanswered().stream().filter(hangUp -> random.nextInt(3) > 0).forEach(this::answer);
  }

  private List<FakeHangUp> unanswered() {
    return fake.hangUps().stream().filter(hangUp -> !hangUp.isAnswered()).toList();
  }

  private void answer(FakeHangUp hangUp) {
    if (random.nextBoolean()) {
      hangUp.succeed(random.nextBoolean() ? HangUpOutcome.HUNG_UP : HangUpOutcome.ALREADY_GONE);
    } else {
      hangUp.fail(
          random.nextBoolean()
              ? ProviderException.Kind.UNREACHABLE
              : ProviderException.Kind.TIMED_OUT);
    }
  }

  /** From now on it is as reliable as can be; what has no answer never gets one. */
  void heal() {
    fake.answerHangUps();
  }

  /** The provider confirmed of each that it is no more. */
  void checkHungUp(Set<CallId> calls) {
    assertThat(calls(FakeHangUp::isConfirmed))
        .as("every call whose id was durable is hung up")
        .containsAll(calls);
  }

  /** Of those that the log never learned of too, it was tried. */
  void checkAsked(Set<CallId> calls) {
    assertThat(calls(hangUp -> true))
        .as("every call whose id is known is asked to be hung up")
        .containsAll(calls);
  }

  private Set<CallId> calls(Predicate<FakeHangUp> which) {
    return fake.hangUps().stream().filter(which).map(FakeHangUp::call).collect(Collectors.toSet());
  }

  /** Nothing is left unconfirmed in a conversation that is over, and nothing was told twice. */
  static void checkOutcomes(ConversationId id, List<RealtimeEvent> events) {
    Set<Integer> retired = new HashSet<>();
    for (RealtimeEvent event : events) {
      HangUp outcome = event.getCallRetired().getHangUp();
      if (event.hasCallRetired() && outcome != HangUp.NOT_CONFIRMED) {
        assertThat(outcome).isIn(HangUp.HUNG_UP, HangUp.ALREADY_GONE);
        assertThat(retired.add(event.getCallRetired().getCall())).as("once, in %s", id).isTrue();
      }
    }
    assertThat(events.get(events.size() - 1).getConversationEnded().getHangUp())
        .as("outcome of %s", id)
        .isIn(HangUp.HUNG_UP, HangUp.ALREADY_GONE, HangUp.NO_CALL, HangUp.CALL_UNKNOWN);
  }
}
