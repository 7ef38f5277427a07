package dev.sideband.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a child process says on standard error: passed on as it comes, but for what may be its last
 * words. Sideband's programs say why they cannot go on in a line that begins with their name, with
 * indented lines behind it: those are held back until something else follows, since whoever started
 * the child tells them better.
 *
 * <p><b>Threads.</b> One runs it, to the end of what is said; others may ask what was said last.
 */
final class LastWords implements Runnable {
  private static final Pattern REASON = Pattern.compile("sideband(?: bridge)?: ");
  private static final int MOST_HELD = 8;
  private static final int MOST_REMEMBERED = 3;
  private static final int LONGEST = 300;

  private final Process child;
  private final PrintStream errors;
  private final Deque<String> held = new ArrayDeque<>();
  private final Deque<String> passed = new ArrayDeque<>();

  /** Of a child, passed on to somewhere. */
  LastWords(Process child, PrintStream errors) {
    this.child = child;
    this.errors = errors;
  }

  @Override
  public void run() {
    try (BufferedReader lines = child.errorReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line);
      }
    } catch (IOException e) {
      // It is gone.
    }
  }

  private synchronized void take(String line) {
    boolean goesOn = !held.isEmpty() && line.startsWith("  ");
    if (!goesOn) {
      held.forEach(this::passOn);
      held.clear();
    }
    if (!goesOn && !REASON.matcher(line).lookingAt()) {
      passOn(line);
      return;
    }
    held.add(line);
    if (held.size() > MOST_HELD) {
      passOn(held.remove());
    }
  }

  private void passOn(String line) {
    errors.println(Mask.over(line));
    passed.add(line);
    if (passed.size() > MOST_REMEMBERED) {
      passed.remove();
    }
  }

  /** What was said last, in one line, without the program's name; empty if nothing was. */
  synchronized String inOneLine() {
    Collection<String> last = held.isEmpty() ? passed : held;
    String line = last.stream().map(LastWords::shortened).collect(Collectors.joining("; "));
    return REASON.matcher(line).replaceFirst("");
  }

  private static String shortened(String line) {
    String bare = line.strip();
    return bare.length() <= LONGEST ? bare : bare.substring(0, LONGEST) + " ...";
  }
}
