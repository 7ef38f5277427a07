package dev.sideband.server.provider.openai;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.provider.Sideband;
import dev.sideband.server.provider.SidebandClosed;
import dev.sideband.server.provider.SidebandClosed.Cause;
import dev.sideband.server.provider.SidebandEvent;
import dev.sideband.server.provider.SidebandListener;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket to a session, from the attempt to open it until it is closed.
 *
 * <p><b>Promise.</b> The listener's calls never overlap; {@code onClosed} is the last, comes once,
 * and while the pool lives never on a thread that is inside a method of this. When it has come,
 * reader and writer end without further help.
 *
 * <p><b>Threads.</b> The public methods: any, none waits. The reader is a pool thread that lives in
 * {@link #read()}; the timer judges handshake and liveness. All calls of the listener are made
 * under {@code telling}, which only pool threads take.
 *
 * <p><b>Full queues.</b> As {@link Sideband} says; besides, 8 MiB unsent are too many.
 */
final class OpenAiSideband implements Sideband {
  private static final int MAX_UNSENT_FRAMES = 256;
  private static final long MAX_UNSENT_BYTES = 8 * 1024 * 1024;
  private static final Duration GOODBYE = Duration.ofSeconds(1);
  private static final int NORMAL = 1000;

  private final OpenAiConfig config;
  private final OpenAiResources resources;
  private final Timer timer;
  private final Executor pool;
  private final SidebandListener listener;
  private final SidebandSocket socket;
  private final SidebandClient client;
  private final Credits credits;
  private final GaEventAdapter adapter = new GaEventAdapter();
  private final Object telling = new Object();
  private final AtomicReference<SidebandClosed> end = new AtomicReference<>();
  private volatile boolean open;

  OpenAiSideband(
      URI uri,
      OpenAiConfig config,
      OpenAiResources resources,
      Executor pool,
      SidebandListener listener) {
    this.config = config;
    this.resources = resources;
    this.timer = new Timer(resources.timer());
    this.pool = pool;
    this.listener = listener;
    this.socket = new SidebandSocket(uri, config, resources);
    this.client = SidebandClient.of(uri, config.headers(), socket, new SocketEvents());
    this.credits = new Credits(resources.nanoTime());
  }

  /** Begins the attempt. */
  OpenAiSideband begin() {
    boolean timed = timer.tryIn(config.timeouts().handshake(), this::judgeHandshake);
    try {
      pool.execute(this::read);
    } catch (RejectedExecutionException e) {
      timed = false;
    }
    if (!timed) {
      close();
    }
    return this;
  }

  private void read() {
    try {
      client.run();
    } finally {
      // Already ended, unless the library let the socket go without a word.
      endWith(CloseCauses.ofAttempt(client.upgradeStatus(), client.failure()));
    }
  }

  // ---- from the session ----

  @Override
  public void send(ProviderCommand command) {
    if (isOver()) {
      return;
    }
    if (!open) {
      throw new IllegalStateException("send: not open (expected: after onOpen)");
    }
    String text;
    try {
      text = GaCommandWriter.write(command);
    } catch (IllegalArgumentException e) {
      refuse(command, String.valueOf(e.getMessage()));
      return;
    }
    if (client.trySend(text)) {
      judgeUnsent();
    }
  }

  @Override
  public void handled() {
    credits.giveBack();
  }

  @Override
  public void close() {
    if (endWith(new SidebandClosed(Cause.LOCAL, NORMAL, 0, "sideband: closed here"))) {
      client.close(NORMAL);
      cutLater();
    }
  }

  // What cannot be written is answered as the provider would answer it: the input has its fate.
  private void refuse(ProviderCommand command, String why) {
    String eventId =
        command instanceof ProviderCommand.RawJson raw
            ? raw.eventId()
            : command instanceof ProviderCommand.CreateItem create ? create.eventId() : "";
    SidebandEvent event = GaEventAdapter.refused(eventId, why);
    credits.takeAnyway();
    execute(() -> tell(event));
  }

  // ---- from the socket ----

  private final class SocketEvents implements SidebandClient.Events {
    @Override
    public void onUpgraded() {
      synchronized (telling) {
        if (isOver()) {
          return;
        }
        open = true;
        listener.onOpen();
      }
      judgeLiveness();
    }

    @Override
    public void onText(String text) {
      if (hasCredit()) {
        tell(adapter.read(text));
      }
    }

    @Override
    public void onBinary() {
      if (hasCredit()) {
        tell(adapter.unreadable("message: a binary frame (expected: JSON text)"));
      }
    }

    @Override
    public void onUnasked() {
      judgeUnsent();
    }

    @Override
    public void onEnd(int closeCode, @Nullable String reason, boolean remote) {
      if (open) {
        endWith(CloseCauses.ofOpen(closeCode, reason, remote));
      } else {
        endWith(CloseCauses.ofAttempt(client.upgradeStatus(), client.failure()));
      }
      // The library's writer closes the socket, unless it is stuck in it.
      cutLater();
    }
  }

  private boolean hasCredit() {
    if (isOver()) {
      return false;
    }
    try {
      return switch (credits.take(config.timeouts().readerStall())) {
        case YES -> true;
        case CLOSED -> false;
        case STALLED -> {
          lose(Cause.READER_STALLED, "sideband: events were not handled in time");
          yield false;
        }
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lose(Cause.READER_STALLED, "sideband: the reader was interrupted");
      return false;
    }
  }

  private void tell(SidebandEvent event) {
    synchronized (telling) {
      if (!isOver()) {
        listener.onEvent(event);
      }
    }
  }

  // ---- the end ----

  private boolean isOver() {
    return end.get() != null;
  }

  private void lose(Cause cause, String message) {
    if (endWith(new SidebandClosed(cause, 0, 0, message))) {
      socket.cut();
    }
  }

  private boolean endWith(SidebandClosed closed) {
    if (!end.compareAndSet(null, closed)) {
      return false;
    }
    credits.close();
    execute(
        () -> {
          synchronized (telling) {
            listener.onClosed(closed);
          }
        });
    return true;
  }

  // The provider has a second to say goodbye; a socket that is still connecting has none.
  private void cutLater() {
    if (!open || !timer.tryIn(GOODBYE, socket::cut)) {
      socket.cut();
    }
  }

  private void execute(Runnable task) {
    try {
      pool.execute(task);
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }

  // ---- judged by the timer ----

  private void judgeHandshake() {
    if (!open) {
      lose(Cause.TIMED_OUT, "sideband: connecting took too long");
    }
  }

  private void judgeUnsent() {
    if (client.unsentFrames() > MAX_UNSENT_FRAMES || client.unsentBytes() > MAX_UNSENT_BYTES) {
      lose(Cause.WRITER_STALLED, "sideband: the provider takes no more frames");
    }
  }

  private void judgeLiveness() {
    if (isOver()) {
      return;
    }
    long pingAfter = config.timeouts().pingAfterSilence().toNanos();
    long deadAfter = config.timeouts().deadAfterSilence().toNanos();
    long now = resources.nanoTime().getAsLong();
    // While our reader waits nothing can be read, and that is not the provider's silence.
    long silence =
        Math.min(now - socket.lastReadNanos(), Math.max(0, now - credits.lastWaitNanos()));
    if (silence >= deadAfter) {
      lose(Cause.UNRESPONSIVE, "sideband: the provider is silent");
      return;
    }
    if (silence >= pingAfter) {
      client.tryPing();
      judgeUnsent();
    }
    long next =
        silence < pingAfter ? pingAfter - silence : Math.min(pingAfter, deadAfter - silence);
    if (!timer.tryIn(next, this::judgeLiveness)) {
      lose(Cause.LOCAL, "sideband: the server is closing");
    }
  }
}
