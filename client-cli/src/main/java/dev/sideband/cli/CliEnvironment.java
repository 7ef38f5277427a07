package dev.sideband.cli;

import dev.sideband.cli.terminal.Screen;
import dev.sideband.cli.terminal.Terminal;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a command is given by the world, so that a test can give it another.
 *
 * @param out standard output
 * @param err standard error
 * @param in standard input
 * @param terminal what standard output can do
 * @param keyboard whether a person types on standard input
 * @param env environment variables; null when unset
 * @param clock wall time, for showing only
 * @param nanoTime monotonic time
 * @param interrupts who is told about Ctrl-C
 */
record CliEnvironment(
    PrintStream out,
    PrintStream err,
    InputStream in,
    Terminal terminal,
    boolean keyboard,
    UnaryOperator<@Nullable String> env,
    InstantSource clock,
    LongSupplier nanoTime,
    Interrupts interrupts) {

  /** Standard output as a screen. */
  Screen screen() {
    return new Screen(out, terminal);
  }

  /** Registers what must be done when the process is told to end. */
  @FunctionalInterface
  interface Interrupts {
    /** Runs {@code action} at Ctrl-C, unless what is returned was closed before. */
    Registration onInterrupt(Runnable action);
  }

  /** Takes an action back. */
  @FunctionalInterface
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
