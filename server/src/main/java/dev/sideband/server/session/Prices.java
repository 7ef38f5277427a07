package dev.sideband.server.session;

import dev.sideband.v1.Usage;
import java.util.Map;
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

  /** Whether all that is said with a model has a price, by voice and by text, both ways. */
  boolean hasAllThatIsSaid(String model) {
    return price(model).isOfAllThatIsSaid();
  }

  /** What a model's use costs, in millionths of a US dollar; empty if that is not known. */
  OptionalLong microUsd(String model, Usage usage) {
    return price(model).microUsd(usage);
  }

  /**
   * The same for who must not pay more: what has no price is taken at the dearest of all that are
   * known; empty if there is none that could be taken.
   */
  OptionalLong atMostMicroUsd(String model, Usage usage) {
    ModelPrice dearest = byModel.values().stream().reduce(ModelPrice.NONE, ModelPrice::dearest);
    return price(model).microUsd(usage, dearest);
  }

  private ModelPrice price(String model) {
    return byModel.getOrDefault(model, ModelPrice.NONE);
  }
}
