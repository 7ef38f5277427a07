package dev.sideband.server.session;

import dev.sideband.v1.Usage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleCounter;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.context.Context;
import java.util.List;

/**
 * What responses and transcriptions took: tokens, time and money. The two that generative AI has
 * conventions for are called as there; those know no modality, so tokens are also counted by it.
 *
 * <p><b>Threads.</b> Any.
 */
final class UsageMetrics {
  private static final double NANOS = 1e9;
  private static final double MICROS = 1e6;

  // Both as the conventions advise.
  private static final List<Long> TOKENS =
      List.of(
          1L, 4L, 16L, 64L, 256L, 1024L, 4096L, 16384L, 65536L, 262144L, 1048576L, 4194304L,
          16777216L, 67108864L);
  private static final List<Double> SECONDS =
      List.of(
          0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);

  private final LongHistogram tokens;
  private final DoubleHistogram duration;
  private final LongCounter byModality;
  private final LongCounter cached;
  private final DoubleCounter billedTime;
  private final DoubleCounter cost;

  UsageMetrics(Meter meter) {
    tokens =
        meter
            .histogramBuilder("gen_ai.client.token.usage")
            .ofLongs()
            .setUnit("{token}")
            .setDescription("Tokens of a response or a transcription")
            .setExplicitBucketBoundariesAdvice(TOKENS)
            .build();
    duration =
        meter
            .histogramBuilder("gen_ai.client.operation.duration")
            .setUnit("s")
            .setDescription("From a response's beginning to its end")
            .setExplicitBucketBoundariesAdvice(SECONDS)
            .build();
    byModality =
        meter
            .counterBuilder("sideband.usage.tokens")
            .setUnit("{token}")
            .setDescription("Tokens, by modality")
            .build();
    cached =
        meter
            .counterBuilder("sideband.usage.cached_tokens")
            .setUnit("{token}")
            .setDescription("Input tokens that the provider had cached")
            .build();
    billedTime =
        meter
            .counterBuilder("sideband.usage.duration")
            .ofDoubles()
            .setUnit("s")
            .setDescription("What is billed by time")
            .build();
    cost =
        meter
            .counterBuilder("sideband.usage.cost")
            .ofDoubles()
            .setUnit("{USD}")
            .setDescription("What it cost, where the price is known")
            .build();
  }

  /** A response is over. */
  void response(long nanos, Attributes what, Context trace) {
    duration.record(nanos / NANOS, what, trace);
  }

  /** Something was used, by an operation of a model at a provider. */
  void used(Usage usage, Attributes what) {
    tokens.record(usage.getInputTokens(), with(what, "input"));
    tokens.record(usage.getOutputTokens(), with(what, "output"));
    add(usage.getInputTextTokens(), what, "input", "text");
    add(usage.getInputAudioTokens(), what, "input", "audio");
    add(usage.getInputImageTokens(), what, "input", "image");
    add(usage.getOutputTextTokens(), what, "output", "text");
    add(usage.getOutputAudioTokens(), what, "output", "audio");
    cached.add(usage.getCachedTokens(), what);
    billedTime.add(usage.getSeconds(), what);
    if (usage.getCostMicroUsd() > 0) { // Else it is not known.
      cost.add(usage.getCostMicroUsd() / MICROS, what);
    }
  }

  private void add(long count, Attributes what, String type, String modality) {
    if (count > 0) {
      byModality.add(count, with(what, type).toBuilder().put(Attribute.MODALITY, modality).build());
    }
  }

  private static Attributes with(Attributes what, String type) {
    return what.toBuilder().put(Attribute.TOKEN, type).build();
  }
}
