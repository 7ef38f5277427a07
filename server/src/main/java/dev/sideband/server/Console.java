package dev.sideband.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge that serves the console page: a process beside this one, which holds its standard
 * input, so that it ends with this one, however this one ends.
 *
 * <p>One that dies is started again, after longer and longer; one that says that it cannot be
 * started as configured (exit code 2), or dies again and again without having served for long in
 * between, is not. The server needs none.
 *
 * <p><b>Threads.</b> {@link #start} and {@link #close} by one; a thread of its own runs it, and
 * another passes on what it says on standard error.
 */
final class Console implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Console.class);
  private static final int EXIT_NOT_CONFIGURED = 2;
  private static final int MOST_DEATHS = 5;
  private static final Duration THREADS_WITHIN = Duration.ofSeconds(1);

  /** No key of the server's, and nothing that was meant for its JVM. */
  private static final Set<String> ENVIRONMENT =
      Set.of(
          "PATH",
          "HOME",
          "JAVA_HOME",
          "LANG",
          "LC_ALL",
          "TMPDIR",
          "TZ",
          "XDG_CACHE_HOME",
          "MAVEN_REPOSITORY",
          "SIDEBAND_BUILDING");

  /**
   * How long things take.
   *
   * @param firstPause before the second life; twice that before the next one
   * @param longLife one that has served for so long died of something new
   * @param exit for an end that it was asked for
   */
  record Patience(Duration firstPause, Duration longLife, Duration exit) {
    static final Patience USUAL =
        new Patience(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(3));
  }

  private final ConsoleOrder order;
  private final Patience patience;
  private final Consumer<String> tell;
  private final PrintStream errors;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Thread runner;
  private volatile @Nullable Process process;

  /**
   * Starts nothing yet.
   *
   * @param tell told the page's address whenever it is served anew
   * @param errors where what the bridge complains of is passed on to
   */
  Console(ConsoleOrder order, Patience patience, Consumer<String> tell, PrintStream errors) {
    this.order = order;
    this.patience = patience;
    this.tell = tell;
    this.errors = errors;
  }

  /** Starts it, and does not wait for it. */
  void start(int serverPort) {
    runner = new NamedThreads("console").newThread(() -> run(serverPort));
    runner.start();
  }

  private void run(int serverPort) {
    try {
      Duration pause = patience.firstPause();
      for (int deaths = 1; !isClosing(); deaths++) {
        Life life = live(serverPort);
        if (life.served()
            .filter(served -> served.compareTo(patience.longLife()) >= 0)
            .isPresent()) {
          deaths = 1;
          pause = patience.firstPause();
        }
        if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS) || life.isLast(deaths)) {
          return;
        }
        pause = pause.multipliedBy(2);
      }
    } catch (IOException | UncheckedIOException e) {
      if (isClosing()) {
        return; // Whoever ended it cut its output off.
      }
      LOG.warn("console: not served: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  /**
   * How one bridge ended.
   *
   * @param served for how long; empty if it never did, however long it took
   * @param lastWords in one line
   */
  private record Life(int exit, Optional<Duration> served, String lastWords) {

    /** Whether there is to be no other; says so, or that there is. */
    boolean isLast(int deaths) {
      if (exit == EXIT_NOT_CONFIGURED) {
        LOG.warn(
            "console: not served: {}; --console-port chooses another port, --no-console none",
            lastWords);
      } else if (deaths == MOST_DEATHS) {
        LOG.warn(
            "console: its bridge stopped {} times in a row and is not started again{}; find out why"
                + " with:  ./sideband bridge",
            deaths,
            said());
      } else {
        LOG.warn("console: its bridge stopped (exit code {}); it is started again{}", exit, said());
        return false;
      }
      return true;
    }

    private String said() {
      return lastWords.isEmpty() ? "" : "; it said last: " + lastWords;
    }
  }

  private Life live(int serverPort) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(order.command(serverPort));
    builder.environment().keySet().retainAll(ENVIRONMENT);
    Process born = builder.start();
    process = born;
    if (isClosing()) {
      end(born);
    }
    try {
      return listened(born);
    } finally {
      end(born, patience.exit());
    }
  }

  /** Hears it to its end. */
  private Life listened(Process born) throws IOException, InterruptedException {
    LastWords words = new LastWords(born, errors);
    Thread listener = new NamedThreads("console-errors").newThread(words);
    listener.start();
    BufferedReader out = born.inputReader(StandardCharsets.UTF_8);
    String ready = out.readLine();
    long since = System.nanoTime();
    if (ready != null) {
      tell.accept(urlIn(ready));
    }
    out.transferTo(Writer.nullWriter()); // Else one that went on talking would stand still.
    int exit = born.waitFor();
    Optional<Duration> served =
        Optional.ofNullable(ready).map(line -> Duration.ofNanos(System.nanoTime() - since));
    listener.join(THREADS_WITHIN.toMillis());
    return new Life(exit, served, words.inOneLine());
  }

  private static String urlIn(String json) {
    try {
      return new ObjectMapper().readTree(json).path("url").asText();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Process process) {
    try (OutputStream lifeline = process.getOutputStream()) {
      lifeline.flush();
    } catch (IOException e) {
      // It is gone already.
    }
  }

  /** From now on its end is no surprise: whoever ends this process may end it, too. */
  void leaving() {
    closing.countDown();
  }

  /** Ends it, and waits for it, within bounds. */
  @Override
  public void close() {
    leaving();
    try {
      Process running = process;
      if (running != null) {
        end(running, patience.exit());
      }
      if (runner != null) {
        runner.join(THREADS_WITHIN.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** With all that it started, which is a whole build sometimes: nobody else would end that. */
  private static void end(Process process, Duration within) throws InterruptedException {
    List<ProcessHandle> started = process.descendants().toList();
    end(process);
    if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      started = Stream.concat(started.stream(), process.descendants()).toList();
      process.destroyForcibly();
    }
    started.stream()
        .flatMap(child -> Stream.concat(Stream.of(child), child.descendants()))
        .toList()
        .forEach(ProcessHandle::destroyForcibly);
  }
}
