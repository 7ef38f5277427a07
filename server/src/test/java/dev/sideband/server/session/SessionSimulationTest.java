package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeCreate;
import dev.sideband.server.provider.FakeSideband;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.session.SessionWorld.Starting;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import dev.sideband.v1.SendResponse;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random histories of a few conversations: slow, failing and full logs, refused and late creates,
 * lost sidebands, function calls while they are lost, hang-ups in vain, crashes. What must hold
 * always is checked after every step, what must hold in the end at the end. A failure names its
 * seed.
 */
class SessionSimulationTest {
  private static final int SEEDS = 1000;
  private static final int STEPS = 120;
  private static final int CHECK_EVERY = 5;
  private static final int READ_AGAIN_EVERY = 8;

  @Test
  @Timeout(240)
  @ExpectWarning("could not be appended to")
  @ExpectWarning("neither recorded nor hung up")
  void shouldKeepItsPromisesInEveryHistory() {
    long renewed = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        renewed += new History(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    assertThat(renewed).as("calls that took another's place").isGreaterThan(SEEDS / 5);
  }

  private static final class History {
    private final Random random;
    private final SessionWorld world;
    private final List<Starting> starts = new ArrayList<>();
    private final Set<FakeCreate> answeredCreates = new HashSet<>();
    private final Set<CallId> createdCalls = new HashSet<>();
    private final SimulatedProvider provider;
    private final SimulatedRenewals renewals;
    private final SimulatedHangUps hangUps;
    private final Map<CompletableFuture<SendResponse>, ConversationId> sends = new HashMap<>();
    private final boolean readsAgain;
    private boolean holding;
    private boolean lostAppends;

    private History(long seed) {
      this.random = new Random(seed);
      this.readsAgain = seed % READ_AGAIN_EVERY == 0; // It takes long.
      this.world = new SessionWorld(OpenTelemetry.noop().getTracer("test"), seed).probing();
      this.provider = new SimulatedProvider(world.provider, random);
      this.renewals = new SimulatedRenewals(world);
      this.hangUps = new SimulatedHangUps(world.provider, random);
    }

    /** How many calls it renewed. */
    private long run() {
      for (int i = 0; i < STEPS; i++) {
        step();
        world.settle();
        if (i % CHECK_EVERY == 0) {
          checkAlways();
        }
      }
      recover();
      checkAlways();
      checkRecovered();
      stopAll();
      checkAlways();
      checkFinally();
      return ids().stream().mapToLong(id -> count(world.story(id), PayloadCase.CALL_RENEWED)).sum();
    }

    private void step() {
      switch (random.nextInt(20)) {
        case 0, 1 -> starts.add(world.start(SessionWorld.webRtc()));
        case 2, 3, 4 -> answerCreate();
        case 5, 6 -> any(provider.alive()).ifPresent(provider::open);
        case 7 -> any(provider.alive()).ifPresent(provider::lose);
        case 8, 9, 10 -> anyId().ifPresent(this::send);
        case 11 -> any(provider.joined()).ifPresent(joined -> provider.work(joined, 4));
        case 12 -> {
          renewals.read(random);
          world.advance(Duration.ofMillis(random.nextInt(3000)));
        }
        case 13 -> holdOrRelease();
        case 14 -> rarely();
        case 15 -> any(joinedOnce()).ifPresent(provider::callFunction);
        case 16 -> anyId().ifPresent(renewals::renew);
        case 17 -> renewals.read(random);
        case 18 -> hangUps.answerSome();
        default -> seldom();
      }
    }

    private List<CallId> joinedOnce() {
      return world.provider.sidebands().stream()
          .filter(provider.opened()::contains)
          .map(sideband -> sideband.call().orElseThrow())
          .distinct()
          .toList();
    }

    private void seldom() {
      if (random.nextInt(4) == 0) {
        anyId().ifPresent(id -> assertThat(world.stop(id)).isNotNull());
      } else {
        provider.workAll();
      }
    }

    private void rarely() {
      switch (random.nextInt(6)) {
        case 0 -> world.log.refuseNext(1 + random.nextInt(2));
        case 1 -> world.log.doubtNext(random.nextBoolean());
        case 2 -> {
          starts.forEach(start -> start.pending().abandon(ErrorCode.START_CANCELLED));
          renewals.abandon();
        }
        case 3, 4 -> world.log.setWritable(!world.log.isWritable());
        default -> die();
      }
    }

    /** The process dies, what was not committed with it; nobody waits any more. */
    private void die() {
      lostAppends |= world.log.queued() > 0;
      world.log.crash();
      holding = false;
      world.settle(); // What was committed and not yet told is told to the dead.
      starts.removeIf(start -> !start.answer().isDone());
      sends.keySet().removeIf(reply -> !reply.isDone());
      renewals.forgetUnread();
      answeredCreates.addAll(world.provider.creates());
      provider.loseAll();
      if (random.nextBoolean()) {
        world.reader.hold(); // Until the next step that lets it go.
      }
      world.restart();
    }

    private void holdOrRelease() {
      if (holding || world.reader.isHolding()) {
        release();
      } else {
        holding = true;
        world.log.hold();
      }
    }

    private void release() {
      holding = false;
      world.reader.release();
      world.log.release();
      world.settle();
    }

    private void answerCreate() {
      any(world.provider.creates().stream().filter(c -> !answeredCreates.contains(c)).toList())
          .ifPresent(this::answer);
    }

    private void answer(FakeCreate create) {
      answeredCreates.add(create);
      if (random.nextInt(5) == 0) {
        create.fail(any(List.of(ProviderException.Kind.values())).orElseThrow());
      } else {
        String call = "rtc_" + answeredCreates.size();
        createdCalls.add(new CallId(call));
        create.succeed(call);
      }
    }

    private void send(ConversationId id) {
      Input input =
          switch (random.nextInt(6)) {
            case 0 -> Fates.responseCreate();
            case 1 -> Fates.rawJson();
            case 2 -> Fates.asking("hello?");
            default -> SessionWorld.text("hello");
          };
      sends.put(world.send(id, input), id);
    }

    /** From now on nothing fails: all that can go on does so, until there is nothing left to do. */
    private void recover() {
      world.log.heal();
      hangUps.heal();
      release();
      List.copyOf(world.provider.creates()).stream()
          .filter(create -> !answeredCreates.contains(create))
          .forEach(this::answer);
      for (int quiet = 0; quiet < 5; ) { // Broken sessions are rebuilt after a second.
        world.advance(Duration.ofSeconds(2));
        renewals.read(random);
        quiet = provider.workAll() ? 0 : quiet + 1;
      }
    }

    /** A stop is refused while the log still fails, and asked for again. */
    private void stopAll() {
      for (int i = 0; i < 5; i++) {
        ids().forEach(id -> assertThat(world.stop(id)).isDone());
        world.advance(Duration.ofMinutes(1));
      }
    }

    private void checkAlways() {
      for (ConversationId id : ids()) {
        List<RealtimeEvent> events = world.events(id);
        for (int i = 0; i < events.size(); i++) {
          assertThat(events.get(i).getSequence()).isEqualTo(i + 1);
        }
        List<PayloadCase> story = world.story(id);
        assertThat(story.get(0)).isEqualTo(PayloadCase.CONVERSATION_STARTED);
        int end = story.indexOf(PayloadCase.CONVERSATION_ENDED);
        assertThat(end).isIn(-1, story.size() - 1);
        assertThat(count(story, PayloadCase.CONVERSATION_ENDING)).isLessThanOrEqualTo(1);
        GapChecks.checkAlways(events);
        renewals.check(id);
        if (readsAgain) {
          ReplayedStates.requireAlike(world, id);
        }
      }
      for (Starting start : starts) {
        if (start.answer().isDone() && !start.answer().isCompletedExceptionally()) {
          assertThat(world.story(SessionWorld.idOf(start))).contains(PayloadCase.CALL_CREATED);
        }
      }
      sends.forEach(this::checkReply);
      checkNothingSentTooSoon();
    }

    private void checkNothingSentTooSoon() {
      Set<String> accepted =
          ids().stream()
              .flatMap(id -> world.events(id).stream())
              .filter(RealtimeEvent::hasInputAccepted)
              .map(event -> event.getInputAccepted().getInputId())
              .collect(Collectors.toSet());
      for (FakeSideband sideband : provider.opened()) {
        assertThat(Fates.itemsSent(sideband))
            .allMatch(item -> SeedBook.isSeed(item) || accepted.contains(item));
      }
    }

    private void checkRecovered() {
      for (ConversationId id : ids()) {
        StoredConversation stored = StoredConversation.read(world.log, id).orElseThrow();
        SessionState state = stored.state();
        if (readsAgain) {
          ReplayedStates.requireEqual(world, id);
        }
        assertThat(state.inputs().pendingCount()).as("inputs without a fate").isZero();
        if (!state.isEnding()) {
          assertThat(state.phase()).isEqualTo(ConversationState.Phase.LIVE);
          GapChecks.checkRecovered(
              world.events(id), provider.items(stored.secrets().callId().orElseThrow()));
          checkKnown(id, stored);
        }
        for (RealtimeEvent event : world.events(id)) {
          if (event.hasInputAcknowledged()) {
            checkArrived(id, event.getInputAcknowledged().getInputId());
          }
        }
      }
    }

    /** Every text is in the call in use: as itself, or told it as what was said. */
    private void checkKnown(ConversationId id, StoredConversation stored) {
      long texts =
          world.events(id).stream()
              .filter(event -> event.getInputAccepted().getInput().hasText())
              .count();
      assertThat(provider.items(stored.secrets().callId().orElseThrow()).messages())
          .as("texts in the call in use")
          .isEqualTo(texts);
    }

    private void checkArrived(ConversationId id, String inputId) {
      if (provider.arrivals(inputId) == 0) { // Else it asked for a response.
        assertThat(renewals.calls(id)).anyMatch(call -> provider.hasItem(call, inputId));
      }
    }

    private void checkReply(CompletableFuture<SendResponse> reply, ConversationId id) {
      if (reply.isDone() && !reply.isCompletedExceptionally()) {
        RealtimeEvent event = world.events(id).get((int) reply.join().getSequence() - 1);
        assertThat(event.getInputAccepted().getInputId()).isEqualTo(reply.join().getInputId());
      }
    }

    private void checkFinally() {
      for (ConversationId id : ids()) {
        assertThat(world.story(id)).endsWith(PayloadCase.CONVERSATION_ENDED);
        SimulatedHangUps.checkOutcomes(id, world.events(id));
      }
      assertThat(starts).allSatisfy(start -> assertThat(start.answer()).isDone());
      assertThat(sends.keySet()).allSatisfy(reply -> assertThat(reply).isDone());
      renewals.checkAllTold();
      hangUps.checkHungUp(recordedCalls());
      if (!lostAppends) {
        hangUps.checkAsked(createdCalls);
      }
      for (FakeSideband sideband : provider.opened()) {
        assertThat(sideband.isClosed()).as("no sideband is left open").isTrue();
        if (!sideband.commands().isEmpty()) {
          assertThat(sideband.commands().get(0)).isInstanceOf(ProviderCommand.UpdateSession.class);
        }
      }
      for (ConversationId id : ids()) {
        for (RealtimeEvent event : world.events(id)) {
          if (event.hasInputAccepted()) {
            assertThat(provider.arrivals(event.getInputAccepted().getInputId())).isLessThan(2);
          }
        }
      }
    }

    private Set<CallId> recordedCalls() {
      return ids().stream().flatMap(id -> renewals.calls(id).stream()).collect(Collectors.toSet());
    }

    private static long count(List<PayloadCase> story, PayloadCase payload) {
      return story.stream().filter(payload::equals).count();
    }

    private List<ConversationId> ids() {
      return world.log.heads(new HeadQuery(Optional.empty(), false, Optional.empty(), 100)).stream()
          .map(Head::conversation)
          .toList();
    }

    private Optional<ConversationId> anyId() {
      return any(ids());
    }

    private <T> Optional<T> any(List<T> choices) {
      return choices.isEmpty()
          ? Optional.empty()
          : Optional.of(choices.get(random.nextInt(choices.size())));
    }
  }
}
