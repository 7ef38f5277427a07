package dev.sideband.server.session;

import static dev.sideband.server.session.Telescope.millis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.provider.ProviderException;
import dev.sideband.server.provider.SidebandClosed.Cause;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What leads to traces of its own: rejoins and renewals. */
class RejoinTraceTest {
  private final Telescope telescope = new Telescope();
  private final SessionWorld world = new SessionWorld(telescope.telemetry(), 1);
  private final Live live = world.live();

  private void isLedToByTheStart(SpanData span) {
    SpanData start = telescope.span("conversation.start");
    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(span.getTraceId()).isNotEqualTo(start.getTraceId());
    assertThat(span.getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(start.getSpanContext());
  }

  @Test
  void shouldTraceARejoinByItself() {
    live.sideband().lose(Cause.RESET, 0);
    world.advance(Duration.ofSeconds(3));
    live.rejoined().hears("session.updated", Fates.configured());

    SpanData rejoin = telescope.span("sideband.rejoin");
    isLedToByTheStart(rejoin);
    assertThat(millis(rejoin)).isEqualTo(3_000);
    assertThat(telescope.spans("session.configure").get(1).getParentSpanId())
        .isEqualTo(rejoin.getSpanId());
    assertThat(telescope.recorded("sideband.sideband.rejoin.duration").get(0).getSum())
        .isEqualTo(3.0);
    assertThat(telescope.recorded("sideband.start.stage.duration", "sideband.stage=configure"))
        .allMatch(point -> point.getCount() == 1);
  }

  @Test
  void shouldTraceARenewalUntilTheCallIsInUse() {
    Renewing renewing = Renewing.of(live);
    world.advance(Duration.ofMillis(200));
    renewing.created("rtc_2");
    world.advance(Duration.ofMillis(50));
    renewing.confirmed();

    SpanData renew = telescope.span("conversation.renew");
    isLedToByTheStart(renew);
    assertThat(millis(renew)).isEqualTo(250);
    SpanData create = telescope.spans("provider.create_call").get(1);
    assertThat(create.getParentSpanId()).isEqualTo(renew.getSpanId());
    assertThat(millis(create)).isEqualTo(200);
    SpanData join = telescope.spans("sideband.join").get(1);
    assertThat(join.getParentSpanId()).isEqualTo(renew.getSpanId());
    assertThat(telescope.spans("sideband.join.attempt").get(1).getParentSpanId())
        .isEqualTo(join.getSpanId());
    assertThat(telescope.count("sideband.renewals", "sideband.outcome=renewed")).isEqualTo(1);
  }

  @Test
  void shouldSayWhyARenewalFailed() {
    Renewing.of(live);
    world.provider.nextCreate().fail(ProviderException.Kind.RATE_LIMITED);
    world.settle();
    SpanData renew = telescope.span("conversation.renew");
    assertThat(renew.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(renew.getAttributes().get(Attribute.ERROR)).isEqualTo("PROVIDER_RATE_LIMITED");
    assertThat(telescope.count("sideband.renewals", "error.type=PROVIDER_RATE_LIMITED"))
        .isEqualTo(1);
  }

  @Test
  void shouldSendTheContextOfTheRenewalsCreateAlong() {
    Renewing.of(live);
    String sent = world.provider.nextCreate().request().traceparent();
    assertThat(sent).isNotEmpty();
    assertThat(sent).doesNotContain(telescope.span("conversation.start").getTraceId());
  }
}
