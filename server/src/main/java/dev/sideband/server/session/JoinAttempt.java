package dev.sideband.server.session;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.Sideband;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.server.provider.SidebandListener;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a {@link SidebandLink} to join, and what it hears.
 *
 * <p><b>Threads.</b> The coordinator's; the listener's methods hop to it.
 */
final class JoinAttempt implements SidebandListener {
  private final Session session;
  private final SidebandLink link;
  private @Nullable Sideband sideband;

  JoinAttempt(Session session, SidebandLink link) {
    this.session = session;
    this.link = link;
  }

  /** What it is made over. */
  void over(Sideband over) {
    sideband = over;
  }

  void send(ProviderCommand command) {
    if (sideband != null) {
      sideband.send(command);
    }
  }

  void close() {
    if (sideband != null) {
      sideband.close();
    }
  }

  @Override
  public void onOpen() {
    session.provide(() -> link.onOpen(this)); // Never behind what is heard.
  }

  @Override
  public void onEvent(SidebandEvent event) {
    session.provide(() -> hear(event));
  }

  @Override
  public void onClosed(SidebandClosed end) {
    session.provide(() -> link.onClosed(this, end));
  }

  private void hear(SidebandEvent event) {
    link.hear(this, event);
    if (sideband != null) {
      sideband.handled();
    }
  }
}
