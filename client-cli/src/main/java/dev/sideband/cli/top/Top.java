package dev.sideband.cli.top;

import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.terminal.Screen;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Reads a server's metrics again and again, and shows what they amount to, until it is closed or
 * nobody looks. Who does not answer at first is an error; who stops answering is waited for.
 *
 * <p><b>Threads.</b> One runs it, any closes it.
 */
public final class Top implements AutoCloseable {
  /** Where metrics are unless told otherwise. */
  public static final String DEFAULT = "127.0.0.1:9464";

  private final PageReader reader;
  private final TopOutput output;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Readings readings = new Readings();
  private final CountDownLatch over = new CountDownLatch(1);

  /** Tells a program: an object for each reading. */
  public static Top json(
      String address, PrintStream out, InstantSource clock, LongSupplier nanoTime) {
    PageReader reader = PageReader.of(address);
    return new Top(reader, new TopReport(reader.address(), out), clock, nanoTime);
  }

  /** Shows a person: on a terminal in place, else one screen below the other. */
  public static Top shown(
      String address,
      Screen screen,
      BooleanSupplier isGone,
      InstantSource clock,
      LongSupplier nanoTime) {
    PageReader reader = PageReader.of(address);
    return new Top(reader, new TopView(reader.address(), screen, isGone), clock, nanoTime);
  }

  Top(PageReader reader, TopOutput output, InstantSource clock, LongSupplier nanoTime) {
    this.reader = reader;
    this.output = output;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** Goes on until it is closed. */
  public void run(Duration every) {
    read();
    show();
    while (!output.isGone() && !isOverAfter(every)) {
      again();
    }
  }

  private void again() {
    try {
      read();
      show();
    } catch (CliException e) {
      output.trouble(clock.instant(), String.valueOf(e.getMessage()));
    }
  }

  /** Shows one screen, which takes two readings. */
  public void once(Duration apart) {
    read();
    output.waiting();
    if (!isOverAfter(apart)) {
      read();
      show();
    }
  }

  private void read() {
    Page page = reader.read();
    readings.add(nanoTime.getAsLong(), page);
  }

  private void show() {
    output.show(Catalogue.figures(readings, clock.instant()));
  }

  private boolean isOverAfter(Duration time) {
    try {
      return over.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    over.countDown();
  }
}
