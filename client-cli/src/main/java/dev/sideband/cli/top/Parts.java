package dev.sideband.cli.top;

import dev.sideband.cli.terminal.Palette;
import dev.sideband.cli.top.Figures.Count;
import dev.sideband.cli.top.Figures.Flow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What an amount is made of, in words: the most of it first, and nothing that is none of it. */
final class Parts {
  private final Palette palette;

  Parts(Palette palette) {
    this.palette = palette;
  }

  /** What the window has; if that is nothing, what there was since the server began. */
  List<String> of(Flow flow, Predicate<String> isBad) {
    Map<String, Double> inWindow = amounts(flow, Count::inWindow);
    if (!inWindow.isEmpty()) {
      return of(inWindow, isBad);
    }
    List<String> before = new ArrayList<>();
    amounts(flow, Count::sinceStart).entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(each -> before.add(palette.faint(words(each))));
    if (!before.isEmpty()) {
      before.set(0, palette.faint("since start: ") + before.get(0));
    }
    return before;
  }

  private static Map<String, Double> amounts(Flow flow, ToDoubleFunction<Count> amount) {
    Map<String, Double> amounts = new LinkedHashMap<>();
    flow.by().forEach((name, count) -> amounts.put(name, amount.applyAsDouble(count)));
    amounts.values().removeIf(each -> !(each > 0));
    return amounts;
  }

  private static String words(Map.Entry<String, Double> part) {
    return Amounts.words(part.getKey()) + " " + Amounts.count(part.getValue());
  }

  /** Each of these; the bad ones stand out, and first. */
  List<String> of(Map<String, Double> amounts, Predicate<String> isBad) {
    return amounts.entrySet().stream()
        .filter(each -> each.getValue() > 0)
        .sorted(
            Comparator.comparing((Map.Entry<String, Double> each) -> !isBad.test(each.getKey()))
                .thenComparing(Map.Entry.<String, Double>comparingByValue().reversed()))
        .map(each -> isBad.test(each.getKey()) ? palette.warning(words(each)) : plain(each))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private String plain(Map.Entry<String, Double> part) {
    return palette.faint(Amounts.words(part.getKey())) + " " + Amounts.count(part.getValue());
  }
}
