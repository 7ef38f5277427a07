package dev.sideband.cli.call;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCRtpSender;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioDeviceModuleBase;
import dev.onvoid.webrtc.media.audio.AudioOptions;
import dev.onvoid.webrtc.media.audio.AudioTrackSource;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a call's sound comes from and goes to: this machine's microphone and speakers, or no
 * devices at all, with {@link #push} as the microphone.
 *
 * <p><b>Threads.</b> Owned by its call's thread, but for {@link #push}, which one other thread may
 * call until the call is closed.
 */
public final class Sound {
  private final AudioDeviceModuleBase devices;
  private final @Nullable CustomAudioSource pushed;
  private BooleanSupplier sending = () -> false;
  private Runnable firstSent = () -> {};
  private boolean begun;

  private Sound(AudioDeviceModuleBase devices, @Nullable CustomAudioSource pushed) {
    this.devices = devices;
    this.pushed = pushed;
  }

  /** No devices: what is pushed is said, and what is heard goes to the meter only. */
  public static Sound headless() {
    return NativeLibrary.using(
        () -> new Sound(new HeadlessAudioDeviceModule(), new CustomAudioSource()));
  }

  /** The default microphone and speakers, with echo cancellation. */
  public static Sound devices() {
    return NativeLibrary.using(
        () -> {
          AudioDeviceModule module = defaultDevices();
          if (module.getRecordingDevices().isEmpty()) {
            module.dispose();
            throw noMicrophone(null);
          }
          return new Sound(module, null);
        });
  }

  private static AudioDeviceModule defaultDevices() {
    try {
      return new AudioDeviceModule();
    } catch (LinkageError e) {
      throw e;
    } catch (Error e) {
      // The library's way of saying that there is no sound system.
      throw noMicrophone(e);
    }
  }

  private static CliException noMicrophone(@Nullable Throwable cause) {
    return new CliException(
        ExitCode.USAGE,
        cause,
        "this machine has no microphone that Sideband can open",
        "speak a recording:  ./sideband talk --wav in.wav --save out.wav",
        "or type:  ./sideband talk --text");
  }

  AudioDeviceModuleBase module() {
    return devices;
  }

  AudioTrackSource source(PeerConnectionFactory factory) {
    if (pushed != null) {
      return pushed;
    }
    AudioOptions options = new AudioOptions();
    options.echoCancellation = true;
    options.noiseSuppression = true;
    options.autoGainControl = true;
    return factory.createAudioSource(options);
  }

  /**
   * Is told whose sound this is, before the peer is connected.
   *
   * <p>The headless module simulates a recording, which the native library starts by itself at some
   * moment after the peer is connected. Two sources of one sending stream are a fatal check in
   * there. So the first frame waits until a packet proves that the recording runs, and stops it.
   *
   * @param first is run when the first frame of the microphone leaves
   */
  void sentBy(RTCPeerConnection peer, RTCRtpSender sender, Runnable first) {
    sending = () -> FirstPacket.await(peer, sender);
    firstSent = first;
  }

  /**
   * The call is connected, its owner says. A real microphone's first frame is waited for, a second
   * or two at most; others are pushed from now on.
   */
  public void connected() {
    if (pushed == null && sending.getAsBoolean()) {
      firstSent.run();
    }
  }

  /**
   * Says one frame of {@link SpeechFrames}; headless only, and only once the call is connected. The
   * first takes some 60 ms.
   */
  public void push(byte[] frame) {
    if (pushed == null) {
      throw new IllegalStateException("push: needs a headless sound");
    }
    if (!begun) {
      begun = true;
      var unused = sending.getAsBoolean();
      devices.stopRecording();
      firstSent.run(); // Before it leaves, or its echo may seem to come first.
    }
    pushed.pushAudio(frame, Short.SIZE, SpeechFrames.RATE, 1, SpeechFrames.SAMPLES);
  }

  void close() {
    if (pushed != null) {
      pushed.dispose();
    }
    devices.dispose();
  }
}
