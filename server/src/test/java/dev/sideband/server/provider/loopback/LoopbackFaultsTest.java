package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Misbehaviour on request, and limits. */
class LoopbackFaultsTest {
  private static final String UPDATE = "{'type':'session.update','session':{'type':'realtime'}}";
  private static final int ABNORMAL = 1006;

  private final LoopbackFixture loopback = LoopbackFixture.start(LoopbackFixture.quick());

  @AfterEach
  void close() {
    loopback.close();
  }

  @Test
  void shouldRefuseThatManyCreatesWhenTold() throws Exception {
    loopback.server.faults().refuseCreates(2, 429, "insufficient_quota");

    HttpResponse<String> refused = loopback.create();
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
    assertThat(LoopbackFixture.errorOf(refused).path("code").asText())
        .isEqualTo("insufficient_quota");
    assertThat(loopback.create().statusCode()).isEqualTo(429);
    assertThat(loopback.create().statusCode()).isEqualTo(201);
  }

  @Test
  void shouldBreakLocationWhenTold() throws Exception {
    loopback.server.faults().breakLocations(1, LoopbackFaults.Location.MISSING);
    loopback.server.faults().breakLocations(1, LoopbackFaults.Location.FOREIGN);

    assertThat(loopback.create().headers().firstValue("Location")).isEmpty();
    assertThat(loopback.create().headers().firstValue("Location").orElseThrow())
        .doesNotContain("rtc_");
  }

  @Test
  void shouldRefuseJoinWhenTold() throws Exception {
    String call = loopback.createCall();
    loopback.server.faults().refuseJoins(1, 404);

    assertThat(loopback.dial("call_id=" + call).awaitClosed().reason()).contains("404");
    loopback.join(call).say(UPDATE);
  }

  @Test
  void shouldRefuseJoinWhenCallIsUnknown() {
    assertThat(loopback.dial("call_id=rtc_0").awaitClosed().reason()).contains("404");
  }

  @Test
  void shouldDropSocketWhenThatManyEventsAreSent() throws Exception {
    String call = loopback.createCall();
    loopback.server.faults().dropAfterEvents(1, 2);
    TestSocket sideband = loopback.join(call);

    sideband.say(UPDATE);
    sideband.say(UPDATE);

    sideband.expect("session.updated");
    sideband.expect("session.updated");
    assertThat(sideband.awaitClosed().code()).isEqualTo(ABNORMAL);
    loopback.join(call).say(UPDATE);
  }

  @Test
  void shouldSendNonsenseBeforeEventWhenTold() throws Exception {
    TestSocket sideband = loopback.join(loopback.createCall());
    loopback.server.faults().sendBadJson(1);
    loopback.server.faults().sendBinaryFrames(1);

    sideband.say(UPDATE);

    sideband.expect("session.updated");
    assertThat(sideband.nextOddity()).startsWith("{\"type\":");
    assertThat(sideband.nextOddity()).isEqualTo("binary:3");
  }

  @Test
  void shouldHoldEventsBackWhenStalled() throws Exception {
    TestSocket stalled = loopback.join(loopback.createCall());
    loopback.server.stallSockets(true);
    stalled.say(UPDATE);
    assertThat(loopback.create().statusCode()).isEqualTo(201);
    assertThat(stalled.waiting()).isZero();

    loopback.server.stallSockets(false);

    stalled.expect("session.updated");
  }

  @Test
  void shouldKeepCallWhenItsSocketsAreClosed() throws Exception {
    String call = loopback.createCall();
    TestSocket dropped = loopback.join(call);
    loopback.server.dropSockets();
    assertThat(dropped.awaitClosed().code()).isEqualTo(ABNORMAL);

    TestSocket closed = loopback.join(call);
    loopback.server.closeSockets(1012, "restart");
    assertThat(closed.awaitClosed()).isEqualTo(new TestSocket.Closed(1012, "restart"));

    await().until(() -> loopback.server.report().call(call).orElseThrow().sidebands() == 0);
    assertThat(loopback.server.report().call(call).orElseThrow().joins()).isEqualTo(2);
    assertThat(loopback.server.report().live()).isEqualTo(1);
  }

  @Test
  void shouldEndCallWhenMediaIsLost() throws Exception {
    String call = loopback.createCall();
    TestSocket sideband = loopback.join(call);

    loopback.server.loseMedia(call);

    assertThat(sideband.awaitClosed().code()).isEqualTo(1000);
    assertThat(loopback.server.report().call(call).orElseThrow().end()).isEqualTo("media_lost");
  }

  @Test
  void shouldExpireSessionWhenItsTimeIsUp() throws Exception {
    LoopbackConfig.Limits brief =
        new LoopbackConfig.Limits(Duration.ofMillis(500), Duration.ofSeconds(60), 10);
    try (LoopbackFixture hasty = LoopbackFixture.start(LoopbackFixture.quick().withLimits(brief))) {
      TestSocket sideband = hasty.join(hasty.createCall());

      assertThat(sideband.awaitError().path("code").asText()).isEqualTo("session_expired");
      assertThat(sideband.awaitClosed().code()).isEqualTo(1001);
    }
  }

  @Test
  void shouldCloseAsOpenAiDoesWhenScriptExpiresSession() throws Exception {
    TestSocket session = loopback.session();
    session.text("bye", "!expire");

    assertThat(session.awaitError().path("code").asText()).isEqualTo("session_expired");
    assertThat(session.awaitClosed())
        .isEqualTo(
            new TestSocket.Closed(1001, "Your session hit the maximum duration of 60 minutes."));
  }

  @Test
  void shouldArmFaultsWhenToldOverHttp() throws Exception {
    HttpResponse<String> armed =
        loopback.post(
            "/loopback/faults", "application/json", "{\"refuse_creates\":{\"status\":500}}");
    assertThat(armed.statusCode()).isEqualTo(200);
    assertThat(loopback.create().statusCode()).isEqualTo(500);
    assertThat(loopback.create().statusCode()).isEqualTo(201);

    assertThat(
            loopback.post("/loopback/faults", "application/json", "{\"gremlins\":{}}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void shouldRefuseToArmWhenNumbersMakeNoSense() {
    LoopbackFaults faults = loopback.server.faults();

    assertThatThrownBy(() -> faults.refuseCreates(0, 500, "x"))
        .hasMessageStartingWith("count: 0 (expected:");
    assertThatThrownBy(() -> faults.refuseJoins(1, 200))
        .hasMessageStartingWith("status: 200 (expected:");
  }

  @Test
  void shouldLeaveNoThreadWhenClosed() throws Exception {
    loopback.join(loopback.createCall());

    loopback.server.close();

    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("vert.x") || name.startsWith("global")));
  }
}
