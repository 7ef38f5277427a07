package dev.sideband.server.session;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What tokens of one modality are billed at, in US dollars for a million of them, which is as many
 * millionths of a dollar for each. Not negative; empty where there is no price.
 *
 * @param cached of input tokens that the provider had cached; empty: as any input
 */
public record Rates(
    Optional<BigDecimal> input, Optional<BigDecimal> cached, Optional<BigDecimal> output) {

  /** No price at all. */
  public static final Rates NONE = new Rates(Optional.empty(), Optional.empty(), Optional.empty());

  /** The dearer of these and others, as if nothing were ever cached. */
  Rates dearer(Rates other) {
    return new Rates(dearer(input, other.input), Optional.empty(), dearer(output, other.output));
  }

  /** The dearer of two prices, or the one that there is. */
  static Optional<BigDecimal> dearer(Optional<BigDecimal> one, Optional<BigDecimal> other) {
    return one.isPresent() && other.isPresent()
        ? Optional.of(one.get().max(other.get()))
        : one.or(() -> other);
  }

  /** These, and others where there is no price. */
  Rates or(Rates others) {
    return new Rates(input.or(others::input), cached, output.or(others::output));
  }

  Optional<BigDecimal> cachedOrInput() {
    return cached.or(() -> input);
  }

  /** What a token costs less for being cached. */
  BigDecimal saving() {
    BigDecimal full = input.orElse(BigDecimal.ZERO);
    return full.subtract(cachedOrInput().orElse(full));
  }
}
