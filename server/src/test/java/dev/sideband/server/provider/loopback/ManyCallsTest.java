package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several real calls in one native engine. */
@Timeout(60)
class ManyCallsTest {
  private static final int CALLS = 12;

  private static String connect(LoopbackFixture loopback, TestCaller caller) throws Exception {
    HttpResponse<String> created =
        loopback.post("/realtime/calls", "application/sdp", caller.offer());
    caller.connect(created.body());
    return LoopbackFixture.callId(created);
  }

  @Test
  void shouldGoOnEchoingWhenOthersCallAndHangUp() throws Exception {
    try (LoopbackFixture loopback = LoopbackFixture.start(LoopbackConfig.defaults());
        TestCaller speaker = new TestCaller()) {
      String talk = connect(loopback, speaker);
      speaker.speak(60_000);
      await().until(() -> speaker.loudFramesHeard() > 50);

      for (int i = 0; i < CALLS; i++) {
        try (TestCaller other = new TestCaller()) {
          String call = connect(loopback, other);
          other.speak(400);
          await().until(() -> other.loudFramesHeard() > 10);
          loopback.hangUp(call);
        }
      }

      long heard = speaker.loudFramesHeard();
      await().until(() -> speaker.loudFramesHeard() > heard + 50);
      assertThat(loopback.server.report().call(talk).orElseThrow().isLive()).isTrue();
    }
  }
}
