package dev.sideband.cli.torture;

import java.util.List;

/**
 * What a check came to.
 *
 * @param promise what should hold, as a sentence
 * @param checked how many things were looked at
 * @param losses what does not hold, one in each line
 */
record Verdict(String promise, long checked, List<String> losses) {
  Verdict {
    losses = List.copyOf(losses);
  }
}
