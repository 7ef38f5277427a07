package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The record of what reached the provider, over the wire as a prover reads it. */
@Timeout(30)
class WitnessTest {

  private static List<String> statements(LoopbackFixture loopback, int after) throws Exception {
    List<String> told = new ArrayList<>();
    JsonNode read =
        Json.readObject(loopback.get("/loopback/witness?after=" + after).body()).orElseThrow();
    for (JsonNode each : read.path("statements")) {
      told.add(
          String.join(
                  " ",
                  each.path("type").asText(),
                  each.path("event_id").asText(),
                  each.path("item_id").asText(),
                  each.path("refusal").asText())
              .strip());
    }
    return told;
  }

  @Test
  void shouldTellWhatBecameOfEveryEventWhenAskedTo() throws Exception {
    try (LoopbackFixture loopback = LoopbackFixture.start(LoopbackFixture.quick().withWitness(9))) {
      TestSocket sideband = loopback.join(loopback.createCall());
      sideband.text("a1", "hello");
      sideband.text("a1", "hello");
      sideband.awaitError();
      sideband.say("{'type':'conversation.item.delete','event_id':'e3','item_id':'a1'}");
      sideband.await("conversation.item.deleted");

      assertThat(statements(loopback, 0))
          .containsExactly(
              "conversation.item.create ev-a1 a1",
              "conversation.item.create ev-a1 a1 item_create_duplicate_item_id",
              "conversation.item.delete e3 a1");
      assertThat(statements(loopback, 2)).containsExactly("conversation.item.delete e3 a1");
      assertThat(statements(loopback, 3)).isEmpty();
    }
  }

  @Test
  void shouldWriteNothingDownUnlessTold() throws Exception {
    try (LoopbackFixture loopback = LoopbackFixture.start(LoopbackFixture.quick())) {
      TestSocket sideband = loopback.join(loopback.createCall());
      sideband.text("a1", "hello");
      sideband.await("conversation.item.done");

      assertThat(statements(loopback, 0)).isEmpty();
    }
  }

  @Test
  void shouldKeepTheFirstAndCountTheRestWhenFull() {
    Witness witness = new Witness(2);
    ObjectNode event = Json.object().put("type", "response.create");
    witness.add("rtc_1", event, "");
    witness.add("rtc_1", Json.object().put("type", "input_audio_buffer.append"), "");
    witness.add("rtc_2", event, "conversation_already_has_active_response");
    witness.add("rtc_3", event, "");

    assertThat(witness.read(0, 9))
        .extracting(Witness.Statement::call)
        .containsExactly("rtc_1", "rtc_2");
    assertThat(witness.missed()).isEqualTo(1);
    assertThat(witness.read(0, 1)).hasSize(1);
  }

  @Test
  void shouldLeaveInputsOutOfTheReportWhenAskedTo() throws Exception {
    try (LoopbackFixture loopback = LoopbackFixture.start(LoopbackFixture.quick())) {
      loopback.join(loopback.createCall()).text("a1", "hello");

      assertThat(loopback.get("/loopback/calls?inputs=false").body())
          .contains("\"sidebands\":1")
          .doesNotContain("inputs");
    }
  }

  @Test
  void shouldBreakOnlyTheOldestSocketsWhenACountIsGiven() throws Exception {
    try (LoopbackFixture loopback = LoopbackFixture.start(LoopbackFixture.quick())) {
      TestSocket older = loopback.join(loopback.createCall());
      TestSocket newer = loopback.join(loopback.createCall());

      loopback.post("/loopback/faults", "application/json", "{\"drop\":{\"count\":1}}");

      older.awaitClosed();
      newer.text("a1", "hello");
      newer.await("conversation.item.done");
    }
  }

  @Test
  void shouldGiveAPeerOnlyToWhoCanBeReachedWhenMixed() throws Exception {
    LoopbackConfig mixed = LoopbackFixture.quick().withMedia(LoopbackConfig.Media.MIXED);
    try (LoopbackFixture loopback = LoopbackFixture.start(mixed);
        TestCaller caller = new TestCaller()) {
      loopback.createCall();
      String reachable =
          LoopbackFixture.callId(
              loopback.post("/realtime/calls", "application/sdp", caller.offer()));

      LoopbackReport report = loopback.server.report();
      assertThat(report.calls())
          .extracting(CallReport::transport)
          .containsExactly("none", "webrtc");
      assertThat(report.call(reachable).orElseThrow().transport()).isEqualTo("webrtc");
    }
  }
}
