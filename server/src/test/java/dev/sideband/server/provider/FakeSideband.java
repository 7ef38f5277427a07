package dev.sideband.server.provider;

import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.ToolCallRequested;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A sideband in memory, driven by the test: {@link #open} or {@link #refuse}, {@link #emit}, {@link
 * #lose}. Commands are recorded in order, and refused by nobody.
 *
 * <p><b>Threads.</b> Any. The listener is called on the thread that made it possible (the test's,
 * or that of {@link #handled}); its calls never overlap and never nest.
 *
 * <p><b>Full queue.</b> Events past 64 unhandled ones wait, and are lost with the sideband. After
 * {@link #stopReading} commands count as unsent, and the 257th closes it as WRITER_STALLED.
 */
public final class FakeSideband implements Sideband {
  private static final int MAX_UNHANDLED = 64;
  private static final int MAX_UNSENT = 256;
  private static final long PATIENCE_SECONDS = 10;

  private final Optional<CallId> call;
  private final Optional<SessionOptions> session;
  private final SidebandListener listener;
  private final List<ProviderCommand> commands = new ArrayList<>();
  private final BlockingQueue<ProviderCommand> newCommands = new LinkedBlockingQueue<>();
  private final Deque<SidebandEvent> waiting = new ArrayDeque<>();
  private boolean opening;
  private boolean opened;
  private @Nullable SidebandClosed closed;
  private boolean closeTold;
  private boolean telling;
  private boolean reading = true;
  private int unhandled;
  private int unsent;

  FakeSideband(Optional<CallId> call, Optional<SessionOptions> session, SidebandListener listener) {
    this.call = call;
    this.session = session;
    this.listener = listener;
  }

  // ---- what the code under test sees ----

  @Override
  public void send(ProviderCommand command) {
    boolean stalled;
    synchronized (this) {
      if (closed != null) {
        return;
      }
      if (!opened) {
        throw new IllegalStateException("send: not open (expected: after onOpen)");
      }
      if (!reading) {
        unsent++;
      }
      stalled = unsent > MAX_UNSENT;
      if (!stalled) {
        commands.add(command);
        newCommands.add(command);
      }
    }
    if (stalled) {
      end(new SidebandClosed(Cause.WRITER_STALLED, 0, 0, "too many frames unsent"));
    }
  }

  @Override
  public void handled() {
    synchronized (this) {
      if (unhandled == 0) {
        throw new AssertionError("handled() without an event that was told");
      }
      unhandled--;
    }
    tell();
  }

  @Override
  public void close() {
    end(new SidebandClosed(Cause.LOCAL, 1000, 0, "closed here"));
  }

  // ---- what the test sees ----

  /** The call that is joined; empty for a session of its own. */
  public Optional<CallId> call() {
    return call;
  }

  /** The session that is asked for; empty for a join. */
  public Optional<SessionOptions> session() {
    return session;
  }

  /** Every command sent, in order. */
  public synchronized List<ProviderCommand> commands() {
    return List.copyOf(commands);
  }

  /** The next command that was not taken yet; waits up to 10 s. */
  public ProviderCommand nextCommand() {
    try {
      ProviderCommand next = newCommands.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no command within " + PATIENCE_SECONDS + " s");
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a command", e);
    }
  }

  /** How many events were told and not handled. */
  public synchronized int unhandled() {
    return unhandled;
  }

  /** Whether it is over, for whatever reason. */
  public synchronized boolean isClosed() {
    return closed != null;
  }

  /** The upgrade is accepted. */
  public void open() {
    synchronized (this) {
      if (opening) {
        throw new AssertionError("opened twice");
      }
      opening = true;
    }
    tell();
  }

  /** The attempt fails. */
  public void refuse(Cause cause, int httpStatus) {
    end(new SidebandClosed(cause, 0, httpStatus, "refused: " + cause));
  }

  /** The open connection ends. */
  public void lose(Cause cause, int closeCode) {
    end(new SidebandClosed(cause, closeCode, 0, "lost: " + cause));
  }

  /** The provider says something. */
  public void emit(SidebandEvent event) {
    synchronized (this) {
      if (!opening) {
        throw new AssertionError("event before open()");
      }
      if (closed == null) {
        waiting.add(event);
      }
    }
    tell();
  }

  /** The provider says something that means the given events. */
  public void emit(String type, RealtimeEvent.Builder... events) {
    List<RealtimeEvent> built = new ArrayList<>();
    for (RealtimeEvent.Builder event : events) {
      built.add(event.build());
    }
    emit(new SidebandEvent(type, built, "{\"type\":\"" + type + "\"}", "", "", "", ""));
  }

  /** The provider complains about a command ("" = none in particular). */
  public void emitError(ErrorOccurred error, String clientEventId, String quotedItemId) {
    RealtimeEvent event = RealtimeEvent.newBuilder().setErrorOccurred(error).build();
    emit(
        new SidebandEvent(
            "error", List.of(event), "{\"type\":\"error\"}", clientEventId, quotedItemId, "", ""));
  }

  /** The model finished a function call whose arguments ask for something. */
  public void emitToolCall(ToolCallRequested call, String argumentText) {
    RealtimeEvent event = RealtimeEvent.newBuilder().setToolCallRequested(call).build();
    emit(
        new SidebandEvent(
            "conversation.item.done",
            List.of(event),
            "{\"type\":\"conversation.item.done\"}",
            "",
            "",
            argumentText,
            ""));
  }

  /** The provider takes no more bytes: from now on commands stay unsent. */
  public synchronized void stopReading() {
    reading = false;
  }

  private void end(SidebandClosed why) {
    synchronized (this) {
      if (closed != null) {
        return;
      }
      closed = why;
      waiting.clear();
    }
    tell();
  }

  private void tell() {
    for (Runnable next = beginTelling(); next != null; next = beginTelling()) {
      try {
        next.run();
      } finally {
        synchronized (this) {
          telling = false;
        }
      }
    }
  }

  private synchronized @Nullable Runnable beginTelling() {
    if (telling) {
      return null;
    }
    Runnable next = nextCall();
    telling = next != null;
    return next;
  }

  private @Nullable Runnable nextCall() {
    if (closed != null) {
      SidebandClosed why = closed;
      boolean first = !closeTold;
      closeTold = true;
      return first ? () -> listener.onClosed(why) : null;
    }
    if (opening && !opened) {
      opened = true;
      return listener::onOpen;
    }
    if (waiting.isEmpty() || unhandled >= MAX_UNHANDLED) {
      return null;
    }
    unhandled++;
    SidebandEvent event = waiting.remove();
    return () -> listener.onEvent(event);
  }
}
