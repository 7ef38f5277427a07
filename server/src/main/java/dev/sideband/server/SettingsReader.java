package dev.sideband.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads settings as the types that they stand for; every method throws {@link ConfigException}. */
final class SettingsReader {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Map<String, Duration> TIME_UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
  private static final Map<String, Integer> SIZE_SHIFTS =
      Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30);

  private final Settings settings;

  SettingsReader(Settings settings) {
    this.settings = settings;
  }

  String text(String key, String unset) {
    return settings.find(key).orElse(unset);
  }

  Optional<String> text(String key) {
    return settings.find(key);
  }

  /** What stands between commas; none if it is unset. */
  List<String> list(String key) {
    return settings.find(key).stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .map(String::strip)
        .toList();
  }

  boolean truth(String key, boolean unset) {
    return read(
        key,
        unset,
        "true or false",
        text ->
            text.equals("true") || text.equals("false")
                ? Optional.of(text.equals("true"))
                : Optional.empty());
  }

  int number(String key, int unset) {
    return number(key).orElse(unset);
  }

  OptionalInt number(String key) {
    return read(
        key,
        OptionalInt.empty(),
        "a whole number",
        text ->
            text.matches("\\d{1,9}")
                ? Optional.of(OptionalInt.of(Integer.parseInt(text)))
                : Optional.empty());
  }

  /** Such as {@code 250ms}, {@code 10s}, {@code 60m}, {@code 2h}, {@code 30d}, {@code 0}. */
  Duration duration(String key, Duration unset) {
    return read(
        key, unset, "a duration such as 250ms, 10s, 60m, 2h or 30d", SettingsReader::duration);
  }

  /** Such as {@code 256MiB}, {@code 0}. */
  long bytes(String key, long unset) {
    return read(key, unset, "a size such as 512KiB, 256MiB or 1GiB", SettingsReader::bytes);
  }

  <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    E[] choices = type.getEnumConstants();
    String expected =
        String.join(" or ", Arrays.stream(choices).map(SettingsReader::word).toList());
    return settings
        .find(key)
        .map(
            text ->
                Arrays.stream(choices)
                    .filter(choice -> word(choice).equals(text))
                    .findFirst()
                    .orElseThrow(() -> invalid(key, text, expected)));
  }

  Optional<Path> readableFile(String key) {
    return settings
        .find(key)
        .map(
            text -> {
              Path file = Path.of(text);
              if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw invalid(key, text, "a file that can be read");
              }
              return file;
            });
  }

  private static Optional<Duration> duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    return matcher.matches()
        ? Optional.ofNullable(TIME_UNITS.get(matcher.group(2)))
            .map(unit -> unit.multipliedBy(Long.parseLong(matcher.group(1))))
        : Optional.empty();
  }

  private static Optional<Long> bytes(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (text.equals("0")) {
      return Optional.of(0L);
    }
    return matcher.matches()
        ? Optional.ofNullable(SIZE_SHIFTS.get(matcher.group(2)))
            .map(shift -> Long.parseLong(matcher.group(1)) << shift)
        : Optional.empty();
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private <T> T read(String key, T unset, String expected, Function<String, Optional<T>> reading) {
    return settings
        .find(key)
        .map(text -> reading.apply(text).orElseThrow(() -> invalid(key, text, expected)))
        .orElse(unset);
  }

  private ConfigException invalid(String key, String text, String expected) {
    return settings.located(ConfigException.invalid(key, text, expected));
  }
}
