package dev.sideband.cli.torture;

import dev.sideband.cli.call.AudioMeter;
import dev.sideband.cli.call.CallListener;
import dev.sideband.cli.call.FramePump;
import dev.sideband.cli.call.Sound;
import dev.sideband.cli.call.SpeechFrames;
import dev.sideband.cli.call.Wav;
import dev.sideband.cli.call.WebRtcCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A real call of this process, once it is answered: speaks a recording every few seconds and counts
 * what comes back.
 *
 * <p><b>Threads.</b> {@link #offer} and {@link #accept} by one thread, {@link #close} by one later;
 * {@link #heard} by any.
 */
final class MediaLeg implements AutoCloseable, CallListener {
  private static final Duration PAUSE = Duration.ofSeconds(6);

  private final ScheduledExecutorService clock;
  private final AudioMeter meter = new AudioMeter(false);
  private final Signal connected = new Signal();
  private Peer peer;
  private @Nullable FramePump pump;
  private boolean offered;
  private boolean closed;

  /** One end of a call; its offer is good for one answer. */
  private record Peer(Sound sound, WebRtcCall call) {}

  MediaLeg(ScheduledExecutorService clock) {
    this.clock = clock;
    peer = open();
  }

  private Peer open() {
    Sound sound = Sound.headless();
    return new Peer(sound, WebRtcCall.open(sound, this, meter));
  }

  /** Another one each time: the call that the one before may have made is nobody's. */
  synchronized String offer() {
    if (offered && !closed) {
      peer.call().close();
      peer = open();
    }
    offered = true;
    return peer.call().offer();
  }

  /** Applies the answer and begins to speak; false if no media came through in 20 s. */
  boolean accept(String answer) {
    Peer answered = peer();
    answered.call().accept(answer);
    if (!connected.isRaisedWithin(20_000)) {
      return false;
    }
    speak(answered);
    return true;
  }

  private synchronized Peer peer() {
    return peer;
  }

  private synchronized void speak(Peer answered) {
    if (!closed) {
      SpeechFrames frames = SpeechFrames.repeating(recording(), PAUSE);
      pump = new FramePump(clock, frames, answered.sound()::push);
    }
  }

  private static Wav recording() {
    try (InputStream in = WebRtcCall.class.getResourceAsStream("hello.wav")) {
      if (in == null) {
        throw new IllegalStateException("resource: hello.wav (expected: in the client's jar)");
      }
      return Wav.read(in, "hello.wav");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Frames of 10 ms that came back, silent ones too. */
  long heard() {
    return meter.frames();
  }

  @Override
  public void iceConnected() {
    // Keys are still to be agreed.
  }

  @Override
  public void dtlsConnected() {
    connected.raise();
  }

  @Override
  public void firstAudioSent() {
    // It goes on sending, and the meter counts what comes back.
  }

  @Override
  public void firstAudioHeard() {
    // The meter counts.
  }

  @Override
  public void failed(String why) {
    // Its frames stop, and the ledger shows it.
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (pump != null) {
      pump.close();
    }
    peer.call().close();
  }
}
