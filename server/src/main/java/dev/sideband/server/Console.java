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
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge that serves the console page: a process beside this one, which holds its standard
 * input, so that it ends with this one, however this one ends.
 *
 * <p>One that dies is started again, after longer and longer; one that says that it cannot be
 * started as configured (exit code 2), or dies again and again, is not. The server needs none.
 *
 * <p><b>Threads.</b> {@link #start} and {@link #close} by one; a thread of its own runs it, and
 * another passes on what it says on standard error.
 */
final class Console implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Console.class);
  private static final int EXIT_NOT_CONFIGURED = 2;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final int MOST_DEATHS = 5;

  /** One that has lived so long died of something new. */
  private static final Duration LONG_LIFE = Duration.ofMinutes(1);

  private static final Duration EXIT_WITHIN = Duration.ofSeconds(3);
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

  private final ConsoleOrder order;
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
  Console(ConsoleOrder order, Consumer<String> tell, PrintStream errors) {
    this.order = order;
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
      Duration pause = FIRST_PAUSE;
      for (int deaths = 1; !isClosing(); deaths++) {
        long born = System.nanoTime();
        Life life = live(serverPort);
        if (System.nanoTime() - born > LONG_LIFE.toNanos()) {
          deaths = 1;
          pause = FIRST_PAUSE;
        }
        if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS) || life.isLast(deaths)) {
          return;
        }
        pause = pause.multipliedBy(2);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("console: not served: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  /** How one bridge ended, and what it said last. */
  private record Life(int exit, String lastWords) {

    /** Whether there is to be no other; says so, or that there is. */
    boolean isLast(int deaths) {
      if (exit == EXIT_NOT_CONFIGURED) {
        LOG.warn(
            "console: not served: {}; --console-port chooses another port, --no-console none",
            lastWords.replaceFirst("^sideband bridge: ", ""));
      } else if (deaths == MOST_DEATHS) {
        LOG.warn(
            "console: its bridge stopped {} times in a row and is not started again; find out why"
                + " with:  ./sideband bridge",
            deaths);
      } else {
        LOG.warn("console: its bridge stopped (exit code {}); it is started again", exit);
        return false;
      }
      return true;
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
    Complaints complaints = new Complaints(born);
    Thread listener = new NamedThreads("console-errors").newThread(complaints);
    listener.start();
    BufferedReader out = born.inputReader(StandardCharsets.UTF_8);
    String ready = out.readLine();
    try {
      if (ready != null) {
        tell.accept(urlIn(ready));
      }
      out.transferTo(Writer.nullWriter()); // Else one that went on talking would stand still.
    } catch (UncheckedIOException e) {
      end(born);
      throw e;
    }
    int exit = born.waitFor();
    listener.join(THREADS_WITHIN.toMillis());
    return new Life(exit, complaints.last);
  }

  private static String urlIn(String json) {
    try {
      return new ObjectMapper().readTree(json).path("url").asText();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Passes on what it says on standard error, but for the line that says why it cannot start. */
  private final class Complaints implements Runnable {
    private final Process of;
    private volatile String last = "";

    Complaints(Process of) {
      this.of = of;
    }

    @Override
    public void run() {
      try (BufferedReader lines = of.errorReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          last = line;
          if (!line.startsWith("sideband bridge: ")) {
            errors.println(Mask.over(line));
          }
        }
      } catch (IOException e) {
        // It is gone.
      }
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
        end(running);
        if (!running.waitFor(EXIT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
          running.destroyForcibly();
        }
      }
      if (runner != null) {
        runner.join(THREADS_WITHIN.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
