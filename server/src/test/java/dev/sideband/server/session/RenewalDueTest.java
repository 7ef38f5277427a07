package dev.sideband.server.session;

import static dev.sideband.v1.RealtimeEvent.PayloadCase.RENEWAL_DUE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.sideband.v1.EffectiveSession;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionConfigured;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When clients are told to renew: by the world's configuration 5 minutes before 60 are over. */
@Timeout(30)
class RenewalDueTest {
  private final SessionWorld world = new SessionWorld();

  private List<RealtimeEvent> told(Live live) {
    return world.events(live.id()).stream().filter(RealtimeEvent::hasRenewalDue).toList();
  }

  /** A conversation whose provider says how long the session lasts. */
  private Live lasting(Duration length) {
    Live live = world.joined();
    Timestamp created = world.events(live.id()).get(1).getTime();
    Timestamp end = Timestamps.add(created, ProtoTime.of(length));
    live.hears(
        "session.updated",
        RealtimeEvent.newBuilder()
            .setSessionConfigured(
                SessionConfigured.newBuilder()
                    .setSession(EffectiveSession.newBuilder().setExpiresAt(end))));
    return live;
  }

  @Test
  void shouldBeToldOnceBeforeTheConfiguredLimit() {
    Live live = world.live();
    world.advance(Duration.ofMinutes(55).minusSeconds(1));
    assertThat(told(live)).isEmpty();
    world.advance(Duration.ofSeconds(1));
    var due = live.only(RENEWAL_DUE).getRenewalDue();
    assertThat(due.getLimit()).isEqualTo(Durations.fromMinutes(60));
    assertThat(due.getDueAt())
        .isEqualTo(
            Timestamps.add(world.events(live.id()).get(1).getTime(), Durations.fromMinutes(60)));
    world.advance(Duration.ofMinutes(4));
    assertThat(told(live)).hasSize(1);
  }

  @Test
  void shouldBeToldByTheEndThatTheProviderNames() {
    Live live = lasting(Duration.ofMinutes(30));
    world.advance(Duration.ofMinutes(25).minusSeconds(1));
    assertThat(told(live)).isEmpty();
    world.advance(Duration.ofSeconds(1));
    assertThat(live.only(RENEWAL_DUE).getRenewalDue().getLimit())
        .isEqualTo(Durations.fromMinutes(30));
  }

  @Test
  void shouldNotBeToldInTheFirstHalfOfAShortCall() {
    Live live = lasting(Duration.ofMinutes(4));
    world.advance(Duration.ofMinutes(2).minusSeconds(1));
    assertThat(told(live)).isEmpty();
    world.advance(Duration.ofSeconds(1));
    assertThat(told(live)).hasSize(1);
  }

  @Test
  void shouldCountOnOverARestart() {
    Live live = world.live();
    live.sideband().close();
    world.die(Duration.ofMinutes(50));
    live.rejoined();
    world.advance(Duration.ofMinutes(5).minusSeconds(1));
    assertThat(told(live)).isEmpty();
    world.advance(Duration.ofSeconds(1));
    assertThat(told(live)).hasSize(1);
    world.restart();
    world.advance(Duration.ofMinutes(1));
    assertThat(told(live)).as("once").hasSize(1);
  }

  @Test
  void shouldBeToldAtOnceWhenItBecameDueMeanwhile() {
    Live live = world.live();
    live.sideband().close();
    world.die(Duration.ofMinutes(57));
    assertThat(told(live)).hasSize(1);
  }

  @Test
  void shouldBeToldOfTheNextCallAgain() {
    Live live = world.live();
    world.advance(Duration.ofMinutes(56));
    Renewing.renewed(live);
    world.advance(Duration.ofMinutes(54));
    assertThat(told(live)).hasSize(1);
    world.advance(Duration.ofMinutes(1));
    assertThat(told(live)).extracting(RealtimeEvent::getCall).containsExactly(1, 2);
  }

  @Test
  void shouldNotBeToldOfASessionThatCannotBeRenewed() {
    var start = world.start(SessionWorld.webSocket());
    world.provider.nextSideband().open();
    world.advance(Duration.ofMinutes(59));
    assertThat(world.story(SessionWorld.idOf(start))).doesNotContain(RENEWAL_DUE);
  }
}
