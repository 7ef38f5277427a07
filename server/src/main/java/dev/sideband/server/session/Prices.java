package dev.sideband.server.session;

import dev.sideband.v1.Usage;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What models are billed at, as whoever runs the server says. Only a model of exactly that name has
 * a price: none is guessed from a similar one. Immutable; any thread.
 */
public record Prices(Map<String, ModelPrice> byModel) {

  /** Nobody said anything. */
  public static final Prices NONE = new Prices(Map.of());

  public Prices {
    byModel = Map.copyOf(byModel);
  }

  boolean has(String model) {
    return byModel.containsKey(model);
  }

  /** What a model's use costs, in millionths of a US dollar; empty if that is not known. */
  OptionalLong microUsd(String model, Usage usage) {
    return Optional.ofNullable(byModel.get(model))
        .map(price -> price.microUsd(usage))
        .orElse(OptionalLong.empty());
  }
}
