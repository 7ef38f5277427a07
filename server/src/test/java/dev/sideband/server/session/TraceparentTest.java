package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  @Test
  void shouldReadWhatItWrites() {
    for (TraceFlags flags : new TraceFlags[] {TraceFlags.getSampled(), TraceFlags.getDefault()}) {
      SpanContext span = SpanContext.create(TRACE, SPAN, flags, TraceState.getDefault());
      SpanContext read = Traceparent.parse(Traceparent.of(span));
      assertThat(read.getTraceId()).isEqualTo(TRACE);
      assertThat(read.getSpanId()).isEqualTo(SPAN);
      assertThat(read.getTraceFlags()).isEqualTo(flags);
    }
  }

  @Test
  void shouldWriteNothingOfASpanThatNobodyRecords() {
    assertThat(Traceparent.of(SpanContext.getInvalid())).isEmpty();
  }

  @Test
  void shouldWriteNothingForManyEventsOfASpanThatIsNotSampled() {
    SpanContext sampled =
        SpanContext.create(TRACE, SPAN, TraceFlags.getSampled(), TraceState.getDefault());
    SpanContext dropped =
        SpanContext.create(TRACE, SPAN, TraceFlags.getDefault(), TraceState.getDefault());
    assertThat(Traceparent.ofSampled(sampled)).isEqualTo(Traceparent.of(sampled)).isNotEmpty();
    assertThat(Traceparent.ofSampled(dropped)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "name-1", "00-" + TRACE, "00-" + TRACE + "-0000000000000000-01"})
  void shouldReadNoSpanWhereThereIsNone(String words) {
    assertThat(Traceparent.parse(words).isValid()).isFalse();
  }
}
