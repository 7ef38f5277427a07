package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.v1.RealtimeEvent;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.Test;

class StartupTraceTest {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final SdkTracerProvider tracers =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
  private final SessionWorld world = new SessionWorld(tracers.get("test"), 1);

  @Test
  void shouldEndTheStartWithTheAnswerAndLinkTheJoinToIt() {
    world.live();

    SpanData start = span("conversation.start");
    SpanData create = span("provider.create_call");
    SpanData join = span("sideband.join");
    SpanData configure = span("session.configure");
    assertThat(create.getParentSpanId()).isEqualTo(start.getSpanId());
    assertThat(join.getParentSpanContext().isValid()).isFalse();
    assertThat(join.getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(start.getSpanContext());
    assertThat(configure.getParentSpanId()).isEqualTo(join.getSpanId());
  }

  @Test
  void shouldPutTheTraceIntoTheEvents() {
    Live live = world.live();
    SpanData start = span("conversation.start");
    assertThat(world.events(live.id()).get(0).getTraceparent())
        .isEqualTo(
            "00-"
                + start.getTraceId()
                + "-"
                + start.getSpanId()
                + "-"
                + start.getSpanContext().getTraceFlags().asHex());
    assertThat(live.only(RealtimeEvent.PayloadCase.SIDEBAND_JOINED).getTraceparent())
        .contains(span("sideband.join").getSpanId());
  }

  @Test
  void shouldHoldNoCallIdAndNoOffer() {
    world.live();
    assertThat(spans.getFinishedSpanItems().toString())
        .doesNotContain("rtc_1")
        .doesNotContain(SessionWorld.OFFER);
  }

  private SpanData span(String name) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no span " + name));
  }
}
