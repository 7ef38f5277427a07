package dev.sideband.server.provider.loopback;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The caller's own connection to the session: the data channel {@code oai-events}.
 *
 * <p><b>Threads.</b> The loop's; native callbacks hop to it first thing.
 *
 * <p><b>Full queue.</b> With {@value #MOST_WAITING} messages waiting for the loop, or {@value
 * #MOST_UNSENT} bytes unsent, the channel is closed.
 */
final class ChannelSink implements EventSink, RTCDataChannelObserver {
  static final String LABEL = "oai-events";
  private static final Logger log = LoggerFactory.getLogger(ChannelSink.class);
  private static final int MOST_WAITING = 1_000;
  private static final long MOST_UNSENT = 8 << 20;

  /** Hears the channel, on the loop. */
  interface Listener {
    void onOpen(ChannelSink sink);

    void onMessage(ChannelSink sink, String text);

    void onClosed(ChannelSink sink);
  }

  private final OwnerLoop loop;
  private final RTCDataChannel channel;
  private final Listener listener;
  private final AtomicInteger waiting = new AtomicInteger();
  private boolean open;
  private boolean disposed;

  ChannelSink(OwnerLoop loop, RTCDataChannel channel, Listener listener) {
    this.loop = loop;
    this.channel = channel;
    this.listener = listener;
  }

  /** Begins to listen; the channel may be open already. */
  void start() {
    channel.registerObserver(this);
    follow();
  }

  private void follow() {
    if (disposed) {
      return;
    }
    RTCDataChannelState state = channel.getState();
    if (state == RTCDataChannelState.OPEN && !open) {
      open = true;
      listener.onOpen(this);
    } else if (state == RTCDataChannelState.CLOSED && open) {
      open = false;
      listener.onClosed(this);
    }
  }

  @Override
  public void onStateChange() {
    loop.run(this::follow);
  }

  @Override
  public void onBufferedAmountChange(long previous) {
    // Looked at when sending.
  }

  @Override
  public void onMessage(RTCDataChannelBuffer buffer) {
    // The bytes are the engine's again when this returns.
    String text = StandardCharsets.UTF_8.decode(buffer.data).toString();
    int ahead = waiting.incrementAndGet();
    loop.run(
        () -> {
          waiting.decrementAndGet();
          if (ahead > MOST_WAITING) {
            close(0, "");
          } else if (open) {
            listener.onMessage(this, text);
          }
        });
  }

  @Override
  public void send(String json) {
    assert loop.isCurrent();
    if (!open) {
      return;
    }
    if (channel.getBufferedAmount() > MOST_UNSENT) {
      close(0, "");
      return;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
      channel.send(new RTCDataChannelBuffer(bytes, false));
    } catch (Exception refused) {
      log.warn("data channel closed: it takes no more events", refused);
      close(0, "");
    }
  }

  @Override
  public void close(int code, String reason) {
    if (open) {
      open = false;
      channel.close();
      listener.onClosed(this);
    }
  }

  @Override
  public boolean takesAudio() {
    return false;
  }

  /** Frees the native channel; before its peer closes. */
  void dispose() {
    if (!disposed) {
      disposed = true;
      open = false;
      channel.unregisterObserver();
      channel.dispose();
    }
  }
}
