package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.ExpectWarning;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeCreate;
import dev.sideband.server.provider.FakeHangUp;
import dev.sideband.server.provider.FakeSideband;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.server.session.SessionWorld.Starting;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Item;
import dev.sideband.v1.ItemAdded;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import dev.sideband.v1.SendResponse;
import dev.sideband.v1.SessionConfigured;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random histories of a few conversations: slow and failing logs, refused and late creates, lost
 * sidebands, restarts. What must hold always is checked after every step, what must hold in the end
 * at the end. A failure names its seed.
 */
class SessionSimulationTest {
  private static final int SEEDS = 400;
  private static final int STEPS = 120;

  @Test
  @Timeout(240)
  @ExpectWarning("could not be appended to")
  void shouldKeepItsPromisesInEveryHistory() {
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        new History(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static final class History {
    private final Random random;
    private final SessionWorld world;
    private final List<Starting> starts = new ArrayList<>();
    private final Set<FakeCreate> answeredCreates = new HashSet<>();
    private final Set<String> createdCalls = new HashSet<>();
    private final Set<FakeSideband> opened = new HashSet<>();
    private final Map<CompletableFuture<SendResponse>, ConversationId> sends = new HashMap<>();
    private boolean holding;

    private History(long seed) {
      this.random = new Random(seed);
      this.world = new SessionWorld(OpenTelemetry.noop().getTracer("test"), seed);
    }

    private void run() {
      for (int i = 0; i < STEPS; i++) {
        step();
        world.settle();
        checkAlways();
      }
      finish();
      checkAlways();
      checkFinally();
    }

    private void step() {
      switch (random.nextInt(16)) {
        case 0, 1 -> starts.add(world.start(SessionWorld.webRtc()));
        case 2, 3, 4 -> answerCreate();
        case 5, 6 -> anySideband().ifPresent(this::open);
        case 7 -> anySideband().ifPresent(this::lose);
        case 8, 9, 10 -> anyId().ifPresent(this::send);
        case 11 -> anyOpened().ifPresent(this::acknowledge);
        case 12 -> world.advance(Duration.ofMillis(random.nextInt(3000)));
        case 13 -> holdOrRelease();
        case 14 -> rarely();
        default -> anyId().ifPresent(id -> assertThat(world.stop(id)).isNotNull());
      }
    }

    private void rarely() {
      switch (random.nextInt(4)) {
        case 0 -> world.log.refuseNext(1 + random.nextInt(2));
        case 1 -> world.log.doubtNext(random.nextBoolean());
        case 2 -> starts.forEach(start -> start.pending().abandon(ErrorCode.START_CANCELLED));
        default -> die();
      }
    }

    /** The process dies: nobody waits any more, and what it asked for is answered to nobody. */
    private void die() {
      release();
      starts.removeIf(start -> !start.answer().isDone());
      sends.keySet().removeIf(reply -> !reply.isDone());
      answeredCreates.addAll(world.provider.creates());
      world.provider.sidebands().forEach(FakeSideband::close);
      world.restart();
    }

    private void holdOrRelease() {
      if (holding) {
        release();
      } else {
        holding = true;
        world.log.hold();
      }
    }

    private void release() {
      holding = false;
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
        createdCalls.add(call);
        create.succeed(call);
      }
    }

    private void open(FakeSideband sideband) {
      if (!sideband.isClosed() && opened.add(sideband)) {
        sideband.open();
        if (random.nextBoolean()) {
          sideband.emit(
              "session.updated",
              RealtimeEvent.newBuilder()
                  .setSessionConfigured(SessionConfigured.getDefaultInstance()));
        }
      }
    }

    private void lose(FakeSideband sideband) {
      if (opened.contains(sideband)) {
        sideband.lose(Cause.RESET, 0);
      } else {
        sideband.refuse(random.nextBoolean() ? Cause.NOT_FOUND : Cause.UNAUTHORIZED, 404);
      }
    }

    private void send(ConversationId id) {
      sends.put(world.send(id, SessionWorld.text("hello")), id);
    }

    private void acknowledge(FakeSideband sideband) {
      for (ProviderCommand command : sideband.commands()) {
        if (command instanceof ProviderCommand.CreateItem create && !sideband.isClosed()) {
          sideband.emit(
              "conversation.item.added",
              RealtimeEvent.newBuilder()
                  .setItemAdded(
                      ItemAdded.newBuilder()
                          .setItem(Item.newBuilder().setId(create.item().getId()))));
        }
      }
    }

    private void finish() {
      release();
      List.copyOf(world.provider.creates()).stream()
          .filter(create -> !answeredCreates.contains(create))
          .forEach(this::answer);
      world.settle();
      for (int i = 0; i < 5; i++) {
        world.advance(Duration.ofSeconds(2)); // Broken sessions are rebuilt, and ended.
      }
      ids().forEach(id -> assertThat(world.stop(id)).isDone());
      world.advance(Duration.ofMinutes(1));
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
      }
      for (Starting start : starts) {
        if (start.answer().isDone() && !start.answer().isCompletedExceptionally()) {
          assertThat(world.story(SessionWorld.idOf(start))).contains(PayloadCase.CALL_CREATED);
        }
      }
      sends.forEach(this::checkReply);
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
      }
      assertThat(starts).allSatisfy(start -> assertThat(start.answer()).isDone());
      assertThat(sends.keySet()).allSatisfy(reply -> assertThat(reply).isDone());
      assertThat(world.provider.hangUps().stream().map(FakeHangUp::call).map(CallId::value))
          .as("every call that was created is hung up")
          .containsAll(createdCalls);
      for (FakeSideband sideband : opened) {
        assertThat(sideband.isClosed()).as("no sideband is left open").isTrue();
        if (!sideband.commands().isEmpty()) {
          assertThat(sideband.commands().get(0)).isInstanceOf(ProviderCommand.UpdateSession.class);
        }
      }
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

    private Optional<FakeSideband> anySideband() {
      return any(world.provider.sidebands().stream().filter(s -> !s.isClosed()).toList());
    }

    private Optional<FakeSideband> anyOpened() {
      return any(opened.stream().filter(s -> !s.isClosed()).toList());
    }

    private <T> Optional<T> any(List<T> choices) {
      return choices.isEmpty()
          ? Optional.empty()
          : Optional.of(choices.get(random.nextInt(choices.size())));
    }
  }
}
