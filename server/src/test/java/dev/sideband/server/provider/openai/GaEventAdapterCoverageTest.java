package dev.sideband.server.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every event of the protocol is read, and nothing that could come makes the adapter throw. */
class GaEventAdapterCoverageTest {
  private static final String GIBBERISH = "{}[]\",:0-e\\u d8\u00e9\uD83D\uDE00";

  private static List<String> types() {
    return Samples.lines("ga-server-event-types.txt");
  }

  private static List<String> samples() {
    return Samples.lines("ga-server-events.jsonl");
  }

  @Test
  void shouldKnowAllFortySixTypes() {
    assertThat(types()).hasSize(46);
    assertThat(types())
        .allMatch(
            type -> GaEventAdapter.reads(type) != GaEventAdapter.DELIBERATELY_RAW.contains(type),
            "read, or deliberately raw");
  }

  @Test
  void shouldHaveASampleOfEachType() {
    assertThat(samples().stream().map(GaEventAdapterCoverageTest::type)).hasSameElementsAs(types());
  }

  @Test
  void shouldReadEachSampleAsSomethingOfItsOwn() {
    Map<String, SidebandEvent> read =
        samples().stream()
            .map(sample -> new GaEventAdapter().read(sample))
            .collect(Collectors.toMap(SidebandEvent::type, Function.identity()));

    read.forEach(
        (type, event) ->
            assertThat(event.events().get(0).hasProviderEvent())
                .as(type)
                .isEqualTo(GaEventAdapter.DELIBERATELY_RAW.contains(type)));
    assertThat(read.values())
        .allSatisfy(
            event ->
                assertThat(event.events())
                    .allMatch(
                        e ->
                            e.getProviderEventId().equals("event_1")
                                || event.type().equals("input_audio_buffer.dtmf_event_received")));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldNeverThrowWhateverComes(long seed) {
    Random random = new Random(seed);
    GaEventAdapter adapter = new GaEventAdapter();
    for (int round = 0; round < 60; round++) {
      for (String sample : samples()) {
        SidebandEvent event = adapter.read(mutated(sample, random));
        assertThat(event.events()).as("seed %d", seed).isNotEmpty();
        for (RealtimeEvent each : event.events()) {
          assertThat(each.getPayloadCase()).isNotEqualTo(PayloadCase.PAYLOAD_NOT_SET);
          assertThat(each.getSerializedSize()).isLessThanOrEqualTo(1024 * 1024);
        }
      }
    }
  }

  private static String mutated(String sample, Random random) {
    StringBuilder text = new StringBuilder(sample);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.setCharAt(at, GIBBERISH.charAt(random.nextInt(GIBBERISH.length())));
        case 1 -> text.insert(at, GIBBERISH.charAt(random.nextInt(GIBBERISH.length())));
        case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
        default -> swapValue(text, random);
      }
      if (text.isEmpty()) {
        text.append('{');
      }
    }
    return text.toString();
  }

  // Well-formed, but of another type than promised: the lenient half is what needs it.
  private static void swapValue(StringBuilder text, Random random) {
    String[] values = {"null", "-1", "1e999", "[]", "{}", "true", "\"\\ud800\"", "99999999999999"};
    int colon = text.indexOf(":", random.nextInt(text.length()));
    int end = colon < 0 ? -1 : text.indexOf(",", colon);
    if (end > 0) {
      text.replace(colon + 1, end, values[random.nextInt(values.length)]);
    }
  }

  private static String type(String sample) {
    ObjectNode json = Json.tryRead(sample).orElseThrow();
    return Json.text(json, "type");
  }
}
