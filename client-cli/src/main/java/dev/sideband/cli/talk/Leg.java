package dev.sideband.cli.talk;

import dev.sideband.cli.call.AudioMeter;
import dev.sideband.cli.call.CallListener;
import dev.sideband.cli.call.Sound;
import dev.sideband.cli.call.WebRtcCall;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One call of a conversation, with the sound that it carries.
 *
 * <p><b>Threads.</b> One owns it; {@link #say} and {@link #microphoneLevel} as {@link Sound} and
 * {@link WebRtcCall} allow.
 */
final class Leg implements AutoCloseable {
  private static final long CONNECT_WITHIN_MS = 15_000;

  private final Connected connected = new Connected();
  private final Sound sound;
  private final WebRtcCall call;

  /** Opens a call that is not connected yet; the sound is closed with it. */
  Leg(Sound sound, AudioMeter meter) {
    this.sound = sound;
    call = WebRtcCall.open(sound, connected, meter);
  }

  String offer() {
    return call.offer();
  }

  /** Applies the answer, and waits until media can flow. */
  void connect(String answer) throws InterruptedException {
    call.accept(answer);
    connected.await();
  }

  void say(byte[] frame) {
    sound.push(frame);
  }

  int microphoneLevel() {
    return call.microphoneLevel();
  }

  @Override
  public void close() {
    call.close();
  }

  /** Native threads complete it. */
  private static final class Connected implements CallListener {
    private final CompletableFuture<Boolean> media = new CompletableFuture<>();

    void await() throws InterruptedException {
      try {
        media.get(CONNECT_WITHIN_MS, TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new CliException(
            ExitCode.FAILED,
            e,
            "the call's media did not connect",
            "check that UDP can pass between here and the provider");
      }
    }

    @Override
    public void iceConnected() {
      // The keys are still to come.
    }

    @Override
    public void dtlsConnected() {
      media.complete(true);
    }

    @Override
    public void firstAudioHeard() {
      // The meter knows.
    }

    @Override
    public void failed(String why) {
      media.completeExceptionally(new IllegalStateException(why));
    }
  }
}
