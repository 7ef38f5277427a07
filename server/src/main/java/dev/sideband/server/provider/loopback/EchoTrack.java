package dev.sideband.server.provider.loopback;

import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What the caller hears: their own voice, a little later, and over it the tone that stands for the
 * assistant's. One frame goes out for each that comes in, so the caller's clock is its clock.
 *
 * <p><b>Threads.</b> The loop's.
 */
final class EchoTrack implements AssistantVoice {
  private static final int FRAME_MS = 10;

  private final CustomAudioSource source = new CustomAudioSource();
  private final MediaEngine engine;
  private final AudioTrack track;
  private final int delayFrames;
  private final Deque<PeerFrame> delayed = new ArrayDeque<>();
  private @Nullable Tone tone;
  private long toneFrames;
  private Runnable finished = () -> {};

  EchoTrack(MediaEngine engine, Duration delay) {
    this.engine = engine;
    this.track = engine.factory().createAudioTrack("loopback-voice", source);
    this.delayFrames = (int) (delay.toMillis() / FRAME_MS);
  }

  AudioTrack track() {
    return track;
  }

  /** Sends the frame of the moment; for a moment none while a stream starts. */
  void echo(PeerFrame frame) {
    delayed.add(frame);
    PeerFrame out = delayed.size() > delayFrames ? delayed.remove() : frame.silence();
    if (toneFrames > 0) {
      out = mixTone(out);
    }
    if (engine.mayPush()) {
      out.pushTo(source);
    }
  }

  private PeerFrame mixTone(PeerFrame frame) {
    if (tone == null) {
      tone = new Tone(frame.rate());
    }
    PeerFrame mixed = frame.plus(tone);
    if (--toneFrames == 0) {
      tone = null;
      finished.run();
    }
    return mixed;
  }

  @Override
  public void play(Duration length, Runnable whenFinished) {
    toneFrames = Math.max(1, length.toMillis() / FRAME_MS);
    finished = whenFinished;
  }

  @Override
  public void cut() {
    toneFrames = 0;
    tone = null;
  }

  void dispose() {
    delayed.clear();
    track.dispose();
    source.dispose();
  }
}
