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

  Optional<BigDecimal> cachedOrInput() {
    return cached.or(() -> input);
  }

  /** What a token costs less for being cached. */
  BigDecimal saving() {
    BigDecimal full = input.orElse(BigDecimal.ZERO);
    return full.subtract(cachedOrInput().orElse(full));
  }
}
