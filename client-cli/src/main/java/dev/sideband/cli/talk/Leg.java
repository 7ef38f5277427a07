package dev.sideband.cli.talk;

import dev.sideband.cli.call.AudioMeter;
import dev.sideband.cli.call.NamedMilestones;
import dev.sideband.cli.call.Sound;
import dev.sideband.cli.call.WebRtcCall;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.v1.IceServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One call of a conversation, with the sound that it carries.
 *
 * <p><b>Threads.</b> One owns it; {@link #say} and {@link #microphoneLevel} as {@link Sound} and
 * {@link WebRtcCall} allow.
 */
final class Leg implements AutoCloseable {
  private static final long CONNECT_WITHIN_MS = 15_000;

  /** Native threads complete it. */
  private final CompletableFuture<Boolean> media = new CompletableFuture<>();

  private final Consumer<String> reached;
  private final Sound sound;
  private final WebRtcCall call;

  /**
   * Opens a call that is not connected yet; the sound is closed with it.
   *
   * @param iceServers for this call
   * @param reached hears the names of its milestones, on any thread
   */
  Leg(Sound sound, AudioMeter meter, List<IceServer> iceServers, Consumer<String> reached) {
    this.sound = sound;
    this.reached = reached;
    call =
        WebRtcCall.open(
            sound, new NamedMilestones(this::onReached, this::onBroken), meter, iceServers);
  }

  private void onReached(String milestone) {
    reached.accept(milestone);
    if (milestone.equals(NamedMilestones.CONNECTED)) {
      media.complete(true);
    }
  }

  private void onBroken(String why) {
    media.completeExceptionally(new IllegalStateException(why));
  }

  String offer() {
    String offer = call.offer();
    reached.accept("offer");
    return offer;
  }

  /** Applies the answer, and waits until media flows. */
  void connect(String answer) throws InterruptedException {
    call.accept(answer);
    reached.accept("answer_applied");
    awaitMedia();
    sound.connected();
  }

  private void awaitMedia() throws InterruptedException {
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
}
