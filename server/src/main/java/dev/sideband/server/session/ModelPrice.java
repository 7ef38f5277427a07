package dev.sideband.server.session;

import dev.sideband.v1.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What one model is billed at.
 *
 * <p><b>Arithmetic.</b> Exact until the end, then rounded up to a whole millionth of a dollar: what
 * has a price never comes out as 0, which is to say unknown, and a budget is rather reached a
 * millionth early than late. Cached tokens are part of the input tokens, and billed at the cached
 * rate instead.
 *
 * <p><b>What the provider leaves open</b> is taken for the dearer: tokens of no named modality for
 * those of the dearest that has a price, cached ones of no named modality for those that save
 * least. What was used without having a price makes the whole sum unknown: half of a sum would look
 * like one.
 *
 * @param minute in US dollars, for what is billed by time; empty if there is no price
 */
public record ModelPrice(Rates text, Rates audio, Rates image, Optional<BigDecimal> minute) {
  private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);
  private static final BigDecimal SECONDS = BigDecimal.valueOf(60);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  /** No price at all. */
  static final ModelPrice NONE =
      new ModelPrice(Rates.NONE, Rates.NONE, Rates.NONE, Optional.empty());

  /** Input tokens of one modality. */
  private record Share(Rates rates, long tokens, long cached) {
    Share {
      cached = Math.min(cached, tokens);
    }

    Share withMoreCached(long more) {
      return new Share(rates, tokens, cached + Math.min(more, tokens - cached));
    }

    Optional<BigDecimal> amount() {
      return ModelPrice.amount(rates.input(), tokens - cached)
          .flatMap(full -> ModelPrice.amount(rates.cachedOrInput(), cached).map(full::add));
    }
  }

  /** Whether all that is spoken and written with a model has a price. */
  boolean isOfAllThatIsSaid() {
    return Stream.of(text.input(), text.output(), audio.input(), audio.output())
        .allMatch(Optional::isPresent);
  }

  /** One price for everything, the dearest that this or another has. */
  ModelPrice dearest(ModelPrice other) {
    Rates rates =
        Stream.of(text, audio, image, other.text, other.audio, other.image)
            .reduce(Rates.NONE, Rates::dearer);
    return new ModelPrice(rates, rates, rates, Rates.dearer(minute, other.minute));
  }

  /** What was used, in millionths of a US dollar; empty if some of it has no price. */
  OptionalLong microUsd(Usage usage) {
    return microUsd(usage, NONE);
  }

  /** The same, with another's prices where this has none. */
  OptionalLong microUsd(Usage usage, ModelPrice orElse) {
    List<Optional<BigDecimal>> bill = new ArrayList<>();
    input(usage, orElse).forEach(share -> bill.add(share.amount()));
    bill.add(amount(text.or(orElse.text).output(), usage.getOutputTextTokens()));
    bill.add(amount(audio.or(orElse.audio).output(), usage.getOutputAudioTokens()));
    bill.add(amount(dearest(Rates::output).or(orElse.text).output(), unnamedOutput(usage)));
    bill.add(time(minute.or(orElse::minute), usage.getSeconds()));
    if (bill.stream().anyMatch(Optional::isEmpty)) {
      return OptionalLong.empty();
    }
    BigDecimal sum =
        bill.stream().flatMap(Optional::stream).reduce(BigDecimal.ZERO, BigDecimal::add);
    return OptionalLong.of(sum.setScale(0, RoundingMode.CEILING).min(MOST).longValueExact());
  }

  private List<Share> input(Usage usage, ModelPrice orElse) {
    List<Share> shares = new ArrayList<>();
    shares.add(
        new Share(text.or(orElse.text), usage.getInputTextTokens(), usage.getCachedTextTokens()));
    shares.add(
        new Share(
            audio.or(orElse.audio), usage.getInputAudioTokens(), usage.getCachedAudioTokens()));
    shares.add(
        new Share(
            image.or(orElse.image), usage.getInputImageTokens(), usage.getCachedImageTokens()));
    long named = shares.stream().mapToLong(Share::tokens).sum();
    long unnamed = Math.max(0, usage.getInputTokens() - named);
    shares.add(new Share(dearest(Rates::input).or(orElse.text), unnamed, 0));
    shares.sort(Comparator.comparing(share -> share.rates().saving()));
    long cached = usage.getCachedTokens() - shares.stream().mapToLong(Share::cached).sum();
    for (int i = 0; i < shares.size() && cached > 0; i++) {
      Share more = shares.get(i).withMoreCached(cached);
      cached -= more.cached() - shares.get(i).cached();
      shares.set(i, more);
    }
    return shares;
  }

  private static long unnamedOutput(Usage usage) {
    return Math.max(
        0, usage.getOutputTokens() - usage.getOutputTextTokens() - usage.getOutputAudioTokens());
  }

  private Rates dearest(Function<Rates, Optional<BigDecimal>> rate) {
    return Stream.of(text, audio, image)
        .filter(rates -> rate.apply(rates).isPresent())
        .max(Comparator.comparing(rates -> rate.apply(rates).orElseThrow()))
        .orElse(Rates.NONE);
  }

  private static Optional<BigDecimal> time(Optional<BigDecimal> minute, double seconds) {
    if (seconds <= 0) {
      return Optional.of(BigDecimal.ZERO);
    }
    return minute.map(
        price ->
            BigDecimal.valueOf(seconds)
                .multiply(price)
                .multiply(MICROS)
                .divide(SECONDS, 12, RoundingMode.CEILING));
  }

  /** Empty if there are tokens, but no price. */
  private static Optional<BigDecimal> amount(Optional<BigDecimal> rate, long tokens) {
    return tokens <= 0
        ? Optional.of(BigDecimal.ZERO)
        : rate.map(price -> price.multiply(BigDecimal.valueOf(tokens)));
  }
}
