package dev.sideband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of the program in this process: what was typed, and what came of it. */
record CliRun(int status, String out, String err) {
  /** Runs with a plain output and nothing typed. */
  static CliRun of(String... args) {
    return typing("", Map.of(), args);
  }

  /** Runs while {@code meanwhile} watches standard output from another thread. */
  static CliRun whileRunning(Consumer<Supplier<String>> meanwhile, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> meanwhile.accept(() -> out.toString(StandardCharsets.UTF_8)));
    CliRun run = run(out, "", Map.of(), args);
    other.join();
    return run;
  }

  static CliRun typing(String typed, Map<String, String> env, String... args) {
    return run(new ByteArrayOutputStream(), typed, env, args);
  }

  /** Runs in front of a person: standard output is a terminal without colours. */
  static CliRun watched(int columns, String... args) {
    Terminal terminal = new Terminal(true, false, columns, 24);
    return run(new ByteArrayOutputStream(), terminal, "", Map.of(), args);
  }

  private static CliRun run(
      ByteArrayOutputStream out, String typed, Map<String, String> env, String... args) {
    return run(out, Terminal.PLAIN, typed, env, args);
  }

  private static CliRun run(
      ByteArrayOutputStream out,
      Terminal terminal,
      String typed,
      Map<String, String> env,
      String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CliEnvironment environment =
        new CliEnvironment(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            terminal,
            false,
            env::get,
            InstantSource.fixed(Instant.ofEpochSecond(FakeTime.BEGAN + 300)),
            System::nanoTime,
            action -> () -> {});
    int status = CliMain.run(environment, args);
    return new CliRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  List<String> lines() {
    return out.lines().toList();
  }

  /** What a terminal shows in the end: regions go up over their lines and replace them. */
  List<String> leftOnScreen() {
    List<String> lines = new ArrayList<>();
    for (String line : out.split("\n", -1)) {
      String text = line;
      Matcher erase = Pattern.compile("\u001b\\[(\\d+)A\r(\u001b\\[J)?").matcher(line);
      while (erase.find()) {
        assertThat(text).startsWith("\u001b");
        int rows = Integer.parseInt(erase.group(1));
        lines.subList(lines.size() - rows, lines.size()).clear();
        text = line.substring(erase.end());
      }
      lines.add(text);
    }
    assertThat(lines.remove(lines.size() - 1)).isEmpty();
    return lines;
  }
}
