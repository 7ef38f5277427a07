package dev.sideband.server.session;

import static dev.sideband.server.session.SessionWorld.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.log.Append;
import dev.sideband.server.log.AppendOutcome;
import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Lifecycle;
import dev.sideband.server.log.LogEntry;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeHangUp;
import dev.sideband.server.provider.FakeSideband;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that dies at any instant of a renewal, and is followed by another. */
@Timeout(60)
class RenewalCrashTest {
  private static final CallId OLD = new CallId("rtc_1");
  private static final CallId NEW = new CallId("rtc_2");

  private final ConversationId id;
  private final List<LogEntry> story;

  RenewalCrashTest() {
    SessionWorld world = new SessionWorld();
    Live live = world.live();
    String inputId = live.sends(text("before")).getInputId();
    live.hears("conversation.item.added", Fates.added(inputId));
    live.sends(text("not acknowledged"));
    Live next = Renewing.of(live).created(NEW.value()).confirmed();
    next.hears("conversation.item.added", Fates.added("seed-2-0"));
    id = live.id();
    story = world.log.readEntries(id, 0, 1 << 20);
  }

  /** A world whose log ends after so many events, and whose server starts now. */
  private SessionWorld after(int events) {
    SessionWorld world = new SessionWorld();
    CompletableFuture<AppendOutcome> fate = new CompletableFuture<>();
    world.log.append(
        new Append(
            id,
            world.log.epoch(),
            0,
            new ArrayList<>(story.subList(0, events)),
            new Lifecycle.Starts("alice", Instant.EPOCH),
            fate::complete));
    assertThat(fate.join()).isInstanceOf(AppendOutcome.Appended.class);
    world.restart();
    return world;
  }

  private static boolean tells(SessionWorld world, ConversationId id, PayloadCase payload) {
    return world.story(id).contains(payload);
  }

  private boolean wasTold(int events, PayloadCase payload) {
    return story.subList(0, events).stream().anyMatch(entry -> caseOf(entry) == payload);
  }

  private static PayloadCase caseOf(LogEntry entry) {
    try {
      return RealtimeEvent.parseFrom(entry.event()).getPayloadCase();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** Opens and confirms all that is joined, but refuses the calls that are not good. */
  private static void work(SessionWorld world, Set<CallId> good) {
    Set<FakeSideband> seen = new HashSet<>();
    for (int quiet = 0; quiet < 15; quiet++) {
      for (FakeSideband sideband : world.provider.sidebands()) {
        if (!sideband.isClosed() && seen.add(sideband)) {
          quiet = 0;
          if (good.contains(sideband.call().orElseThrow())) {
            sideband.open();
            world.settle();
            sideband.emit("session.updated", Fates.configured());
          } else {
            sideband.refuse(Cause.NOT_FOUND, 404);
          }
          world.settle();
        }
      }
      world.advance(Duration.ofSeconds(1));
    }
  }

  private static Set<CallId> hungUp(SessionWorld world) {
    Set<CallId> calls = new HashSet<>();
    world.provider.hangUps().stream().map(FakeHangUp::call).forEach(calls::add);
    return calls;
  }

  private int created() {
    for (int events = 3; ; events++) {
      if (caseOf(story.get(events)) == PayloadCase.CALL_CREATED) {
        return events + 1;
      }
    }
  }

  /** Its caller reported that it has the answer. */
  private int held() {
    int events = created() + 2;
    assertThat(caseOf(story.get(events - 1))).isEqualTo(PayloadCase.CLIENT_MILESTONE_REACHED);
    return events;
  }

  @Test
  void shouldStayInTheOldCallWhenNobodyMayHaveTheAnswerToTheNewOne() {
    for (int events = created(); events < held(); events++) {
      SessionWorld world = after(events);
      work(world, Set.of(OLD, NEW));
      assertThat(tells(world, id, PayloadCase.RENEWAL_FAILED)).isTrue();
      assertThat(tells(world, id, PayloadCase.CALL_RENEWED)).isFalse();
      assertThat(world.state(id).getSideband().name()).isEqualTo("JOINED");
      assertThat(hungUp(world)).containsExactly(NEW);
    }
  }

  @Test
  void shouldFinishFromEveryPrefixOfTheLogOnceTheNewCallIsHeld() {
    for (int events = held(); events <= story.size(); events++) {
      SessionWorld world = after(events);
      work(world, Set.of(OLD, NEW));
      assertThat(world.state(id).getSideband().name()).as("prefix %d", events).isEqualTo("JOINED");
      assertThat(tells(world, id, PayloadCase.CALL_RENEWED)).as("prefix %d", events).isTrue();
      assertThat(tells(world, id, PayloadCase.CALL_RETIRED)).as("prefix %d", events).isTrue();
      boolean known = wasTold(events, PayloadCase.CALL_RETIRED);
      assertThat(hungUp(world)).isEqualTo(known ? Set.of() : Set.of(OLD));
      checkInputs(world, events);
      assertThat(world.stop(id)).isCompleted();
      assertThat(hungUp(world)).contains(NEW);
      assertThat(world.provider.hangUps()).as("once each").hasSize(known ? 1 : 2);
    }
  }

  /** The one that was acknowledged is told as what was said, the other one as itself. */
  private static void checkInputs(SessionWorld world, int events) {
    List<String> items = new ArrayList<>();
    for (FakeSideband sideband : world.provider.sidebands()) {
      if (sideband.call().orElseThrow().equals(NEW)) {
        items.addAll(Fates.itemsSent(sideband));
      }
    }
    assertThat(items).as("prefix %d", events).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(2);
    assertThat(items.get(items.size() - 1)).as("prefix %d", events).hasSize(32);
  }

  @Test
  void shouldGoOnInTheOldCallWhenTheNewOneIsGone() {
    for (int events = held(); !wasTold(events, PayloadCase.CALL_RENEWED); events++) {
      SessionWorld world = after(events);
      work(world, Set.of(OLD));
      assertThat(tells(world, id, PayloadCase.RENEWAL_FAILED)).as("prefix %d", events).isTrue();
      assertThat(world.state(id).getSideband().name()).as("prefix %d", events).isEqualTo("JOINED");
      assertThat(hungUp(world)).containsExactly(NEW);
      assertThat(world.stop(id)).isCompleted();
      assertThat(hungUp(world)).containsExactlyInAnyOrder(OLD, NEW);
    }
  }

  @Test
  void shouldGoOnInTheNewCallWhenTheOldOneIsGone() {
    for (int events = created(); events <= story.size(); events++) {
      SessionWorld world = after(events);
      work(world, Set.of(NEW));
      assertThat(world.state(id).getSideband().name()).as("prefix %d", events).isEqualTo("JOINED");
      assertThat(tells(world, id, PayloadCase.CONVERSATION_ENDING)).isFalse();
    }
  }

  @Test
  void shouldUseTheNewCallWhenItsClientReportsItToTheNextServer() {
    SessionWorld world = after(created());
    assertThat(world.send(id, Renewing.milestone(2))).isCompleted();
    work(world, Set.of(OLD, NEW));
    assertThat(tells(world, id, PayloadCase.CALL_RENEWED)).isTrue();
    assertThat(hungUp(world)).containsExactly(OLD);
  }

  @Test
  void shouldHangUpBothWhenBothAreGone() {
    for (int events = held(); !wasTold(events, PayloadCase.CALL_RENEWED); events++) {
      SessionWorld world = after(events);
      work(world, Set.of());
      assertThat(world.story(id)).as("prefix %d", events).endsWith(PayloadCase.CONVERSATION_ENDED);
      assertThat(hungUp(world)).containsExactlyInAnyOrder(OLD, NEW);
    }
  }

  @Test
  void shouldFinishEndingFromEveryPrefixOfIt() {
    SessionWorld first = new SessionWorld();
    Live live = first.live();
    Renewing.of(live).created(NEW.value()).joined();
    assertThat(first.stop(live.id())).isCompleted();
    first.die(Duration.ZERO);
    assertThat(first.story(live.id())).endsWith(PayloadCase.CONVERSATION_ENDED);
    assertThat(first.provider.hangUps()).hasSize(2);
  }
}
