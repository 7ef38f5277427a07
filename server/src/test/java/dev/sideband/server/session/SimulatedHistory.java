package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeCreate;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.session.SessionWorld.Starting;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Input;
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

/** One random history of a few conversations, as its seed has it. */
final class SimulatedHistory {
  private static final int STEPS = 120;
  private static final int CHECK_EVERY = 5;
  private static final int READ_AGAIN_EVERY = 8;

  private final Random random;
  private final SessionWorld world;
  private final List<Starting> starts = new ArrayList<>();
  private final Set<FakeCreate> answeredCreates = new HashSet<>();
  private final Set<CallId> createdCalls = new HashSet<>();
  private final SimulatedProvider provider;
  private final SimulatedRenewals renewals;
  private final SimulatedHangUps hangUps;
  private final Map<CompletableFuture<SendResponse>, ConversationId> sends = new HashMap<>();
  private final SimulatedPromises promises;
  private boolean holding;
  private boolean lostAppends;

  SimulatedHistory(long seed) {
    this.random = new Random(seed);
    this.world = new SessionWorld(OpenTelemetry.noop(), seed).probing();
    this.provider = new SimulatedProvider(world.provider, random);
    this.renewals = new SimulatedRenewals(world);
    this.hangUps = new SimulatedHangUps(world.provider, random);
    this.promises =
        new SimulatedPromises(
            world, provider, renewals, hangUps, seed % READ_AGAIN_EVERY == 0); // It takes long.
  }

  /** How many calls it renewed. */
  long run() {
    for (int i = 0; i < STEPS; i++) {
      step();
      world.settle();
      if (i % CHECK_EVERY == 0) {
        promises.checkAlways(starts, sends);
      }
    }
    recover();
    promises.checkAlways(starts, sends);
    promises.checkRecovered();
    stopAll();
    promises.checkAlways(starts, sends);
    promises.checkFinally(starts, sends.keySet());
    if (!lostAppends) {
      hangUps.checkAsked(createdCalls);
    }
    return promises.count(PayloadCase.CALL_RENEWED);
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
      promises.ids().forEach(id -> assertThat(world.stop(id)).isDone());
      world.advance(Duration.ofMinutes(1));
    }
  }

  private Optional<ConversationId> anyId() {
    return any(promises.ids());
  }

  private <T> Optional<T> any(List<T> choices) {
    return choices.isEmpty()
        ? Optional.empty()
        : Optional.of(choices.get(random.nextInt(choices.size())));
  }
}
