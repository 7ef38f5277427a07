package dev.sideband.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;

/**
 * The console of {@code logback.xml}: prints each line as a {@link DiscreetLine}. Whoever looks for
 * a fault on a machine of their own may have it print everything instead.
 */
public final class DiscreetConsole extends ConsoleAppender<ILoggingEvent> {
  private boolean discreet = true;

  /** Called by Logback for {@code <discreet>}; anything but "false" is true. */
  public void setDiscreet(String word) {
    discreet = !word.equals("false");
  }

  @Override
  protected void append(ILoggingEvent line) {
    super.append(discreet ? new DiscreetLine(line) : line);
  }
}
