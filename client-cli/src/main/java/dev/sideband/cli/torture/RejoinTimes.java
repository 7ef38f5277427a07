package dev.sideband.cli.torture;

import dev.sideband.cli.torture.Evidence.Comeback;
import java.util.List;

/**
 * Milliseconds from the start of a killed server's next process to the moment at which every live
 * call had a sideband again; of those restarts that were given the time.
 */
record RejoinTimes(int count, long min, long median, long max) {
  static RejoinTimes of(List<Comeback> comebacks) {
    List<Long> times =
        comebacks.stream()
            .filter(each -> each.millis() >= 0 && each.missing() == 0)
            .map(Comeback::millis)
            .sorted()
            .toList();
    int count = times.size();
    return count == 0
        ? new RejoinTimes(0, 0, 0, 0)
        : new RejoinTimes(count, times.get(0), times.get(count / 2), times.get(count - 1));
  }
}
