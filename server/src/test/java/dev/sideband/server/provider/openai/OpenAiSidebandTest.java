package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sideband.server.ExpectWarning;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.ProviderCommand.RawJson;
import dev.sideband.server.provider.RecordingListener;
import dev.sideband.server.provider.Sideband;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.SessionOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

@ExpectWarning("does not answer") // Of the first probe, when its server goes meanwhile.
class OpenAiSidebandTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final CallId CALL = new CallId("rtc_hush");

  private final RecordingListener listener = new RecordingListener();
  private @Nullable OpenAiRig rig;

  @AfterEach
  void close() {
    rig().close();
  }

  private OpenAiRig rig() {
    if (rig == null) {
      rig = new OpenAiRig();
    }
    return rig;
  }

  private void use(OpenAiTimeouts timeouts) {
    rig = new OpenAiRig(timeouts);
  }

  private static OpenAiTimeouts timeouts(
      Duration handshake, Duration ping, Duration dead, Duration readerStall) {
    return new OpenAiTimeouts(LONG, LONG, LONG, handshake, LONG, LONG, ping, dead, readerStall);
  }

  private Sideband join() {
    return rig().provider().join(CALL, listener);
  }

  @Test
  void shouldJoinByCallIdWithTheSameIdentity() {
    join();
    listener.awaitOpen();

    FakeRealtimeServer.Received upgrade = rig().server().requests("GET", "/v1/realtime").get(0);
    assertThat(upgrade.uri()).isEqualTo("/v1/realtime?call_id=rtc_hush");
    assertThat(upgrade.headers().get("authorization")).isEqualTo("Bearer " + OpenAiRig.KEY);
  }

  @Test
  void shouldConnectByModel() {
    rig()
        .provider()
        .connect(SessionOptions.newBuilder().setModel("gpt-realtime-2").build(), listener);
    listener.awaitOpen();

    assertThat(rig().server().requests("GET", "/v1/realtime").get(0).uri())
        .isEqualTo("/v1/realtime?model=gpt-realtime-2");
  }

  @ParameterizedTest
  @CsvSource({
    "404, NOT_FOUND",
    "401, UNAUTHORIZED",
    "403, UNAUTHORIZED",
    "429, REFUSED",
    "500, REFUSED",
    "200, REFUSED",
  })
  void shouldTellRefusedUpgradesApart(int status, Cause cause) {
    rig().server().refuseJoins(status);
    join();

    SidebandClosed closed = listener.awaitClosed();

    assertThat(closed.cause()).isEqualTo(cause);
    assertThat(closed.httpStatus()).isEqualTo(status);
    assertThat(closed.message()).doesNotContain("rtc_hush");
    assertThat(listener.wasOpen()).isFalse();
  }

  @Test
  void shouldOpenAtLastWhenTheCallWasNotKnownAtFirst() {
    rig().server().refuseJoins(404, 404);
    RecordingListener[] attempts = {new RecordingListener(), new RecordingListener(), listener};
    rig().provider().join(CALL, attempts[0]);
    assertThat(attempts[0].awaitClosed().cause()).isEqualTo(Cause.NOT_FOUND);
    rig().provider().join(CALL, attempts[1]);
    assertThat(attempts[1].awaitClosed().cause()).isEqualTo(Cause.NOT_FOUND);

    rig().provider().join(CALL, attempts[2]);

    listener.awaitOpen();
  }

  @Test
  void shouldTimeOutWhenTheUpgradeIsNotAnswered() {
    use(timeouts(Duration.ofMillis(300), LONG, LONG.multipliedBy(2), LONG));
    rig().server().holdJoins();
    join();

    assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.TIMED_OUT);
  }

  @Test
  void shouldTellUnreachableWhenNobodyListens() {
    rig().wire().close();
    join();

    assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.UNREACHABLE);
  }

  @Test
  void shouldTellUnreachableWhenTheConnectionBreaksBeforeTheUpgrade() {
    rig().server().holdJoins();
    join();
    await().until(() -> !rig().server().requests("GET", "/v1/realtime").isEmpty());

    rig().wire().drop();

    assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.UNREACHABLE);
  }

  @ParameterizedTest
  @CsvSource({
    "1001, Your session hit the maximum duration of 60 minutes., EXPIRED",
    "1001, going away, CLOSED",
    "1000, '', CLOSED",
    "1011, keepalive ping timeout of rtc_hush12, CLOSED",
    "4000, beta_api_shape_disabled, CLOSED",
  })
  void shouldTellWhatACloseMeans(int code, String reason, Cause cause) {
    join();
    listener.awaitOpen();
    rig().server().nextConnection().close(code, reason);

    SidebandClosed closed = listener.awaitClosed();

    assertThat(closed.cause()).isEqualTo(cause);
    assertThat(closed.closeCode()).isEqualTo(code);
    assertThat(closed.message()).doesNotContain("rtc_hush");
  }

  @Test
  void shouldCloseAsUnresponsiveWhenTheWireGoesSilent() {
    use(timeouts(LONG, Duration.ofMillis(150), Duration.ofMillis(600), LONG));
    join();
    listener.awaitOpen();

    rig().wire().blackHole();

    assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.UNRESPONSIVE);
  }

  @Test
  void shouldStayOpenWhenTheProviderOnlyAnswersPings() {
    use(timeouts(LONG, Duration.ofMillis(100), Duration.ofSeconds(3), LONG));
    join();
    listener.awaitOpen();

    FakeConnection connection = rig().server().nextConnection();
    await().until(() -> connection.pings() > 32);

    assertThat(listener.isClosed()).isFalse();
  }

  @Test
  void shouldCloseAsReaderStalledWhenNothingIsHandled() {
    use(timeouts(LONG, LONG, LONG.multipliedBy(2), Duration.ofMillis(300)));
    join();
    listener.awaitOpen();
    FakeConnection connection = rig().server().nextConnection();

    for (int i = 0; i < 65; i++) {
      connection.say("{\"type\":\"input_audio_buffer.cleared\"}");
    }

    assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.READER_STALLED);
    assertThat(listener.told()).isEqualTo(64);
  }

  @Test
  void shouldNotJudgeSilenceWhileItsOwnReaderWaits() {
    use(timeouts(LONG, Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofSeconds(4)));
    join();
    listener.awaitOpen();
    FakeConnection connection = rig().server().nextConnection();

    for (int i = 0; i < 65; i++) {
      connection.say("{\"type\":\"input_audio_buffer.cleared\"}");
    }

    assertThat(listener.awaitClosed().cause()).isEqualTo(Cause.READER_STALLED);
  }

  @Test
  void shouldGoOnAfterABinaryFrameAndBrokenJson() {
    Sideband sideband = join();
    listener.awaitOpen();
    FakeConnection connection = rig().server().nextConnection();

    connection.sayBinary(new byte[] {1, 2, 3});
    connection.say("{not json");
    connection.say("{\"type\":\"input_audio_buffer.cleared\",\"event_id\":\"e\"}");

    for (int i = 0; i < 2; i++) {
      assertThat(listener.nextEvent().events().get(0).getErrorOccurred().getCode())
          .isEqualTo(ErrorCode.PROVIDER_MESSAGE_UNREADABLE);
    }
    assertThat(listener.nextEvent().events().get(0).hasInputCleared()).isTrue();
    sideband.close();
    listener.awaitClosed();
  }

  @Test
  void shouldAnswerRawJsonItselfWhenItIsNone() {
    Sideband sideband = join();
    listener.awaitOpen();

    sideband.send(new RawJson("cmd1", "[1]"));

    SidebandEvent answer = listener.nextEvent();
    assertThat(answer.clientEventId()).isEqualTo("cmd1");
    assertThat(answer.events().get(0).getErrorOccurred().getCode())
        .isEqualTo(ErrorCode.REQUEST_INVALID);
  }

  @Test
  void shouldLeaveNoThreadWhenClosed() {
    for (int i = 0; i < 5; i++) {
      RecordingListener each = new RecordingListener();
      Sideband sideband = rig().provider().join(CALL, each);
      each.awaitOpen();
      if (i == 0) {
        rig().wire().blackHole();
      }
      sideband.close();
      each.awaitClosed();
    }

    rig().provider().close();

    await().until(() -> rig().liveThreads() == 0 && writers() == 0);
  }

  private static long writers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("WebSocketWriteThread"))
        .count();
  }

  @Test
  void shouldKeepTheCallIdOutOfTheLog() {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    try {
      shouldGoOnAfterABinaryFrameAndBrokenJson();
      assertThat(log.list)
          .noneMatch(line -> line.getFormattedMessage().contains("rtc_hush"))
          .noneMatch(line -> line.getFormattedMessage().contains(OpenAiRig.KEY));
    } finally {
      root.detachAppender(log);
    }
  }
}
