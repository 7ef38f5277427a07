package dev.sideband.cli.call;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceConnectionState;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCIceServer;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.AudioTrackSink;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.v1.IceServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The caller's peer connection: Opus both ways over ICE, DTLS and SRTP, and the data channel {@code
 * oai-events} that the Realtime API expects in an offer.
 *
 * <p><b>Order.</b> {@link #offer}, then {@link #accept} with its answer, then {@link #close}.
 *
 * <p><b>Threads.</b> One thread owns it and calls these; the {@link CallListener} and the {@link
 * AudioMeter} are called on native threads. {@link #close} disposes of everything native, on the
 * owner's thread, and nothing is called back after it.
 */
public final class WebRtcCall implements AutoCloseable {
  private static final String EVENTS_CHANNEL = "oai-events";
  private static final Duration NATIVE_STEP = Duration.ofSeconds(10);

  /** A server that does not answer would hold up the offer for ten seconds and more. */
  private static final Duration GATHER_WITHIN = Duration.ofSeconds(3);

  private final Sound sound;
  private final CallListener listener;
  private final AudioMeter meter;
  private final CompletableFuture<Void> gathered = new CompletableFuture<>();
  private final PeerConnectionFactory factory;
  private final RTCPeerConnection peer;
  private final AudioTrack microphone;
  private final RTCDataChannel channel;
  private final AudioTrackSink sink;
  private final AtomicBoolean iceTold = new AtomicBoolean();
  private final MicrophoneLevel microphoneLevel = new MicrophoneLevel();
  private volatile boolean closed;
  private volatile @Nullable AudioTrack heard;

  private WebRtcCall(
      Sound sound, CallListener listener, AudioMeter meter, List<IceServer> iceServers) {
    this.sound = sound;
    this.listener = listener;
    this.meter = meter;
    sink = this::hear;
    factory = new PeerConnectionFactory(sound.module());
    peer = factory.createPeerConnection(configuration(iceServers), new Observer());
    microphone = factory.createAudioTrack("microphone", sound.source(factory));
    sound.sentBy(peer, peer.addTrack(microphone, List.of("caller")), listener::firstAudioSent);
    channel = peer.createDataChannel(EVENTS_CHANNEL, new RTCDataChannelInit());
  }

  /**
   * Loads the native library and makes a peer; takes about half a second the first time.
   *
   * @throws CliException of kind USAGE when the machine lacks what the native library needs
   */
  public static WebRtcCall open(Sound sound, CallListener listener, AudioMeter meter) {
    return open(sound, listener, meter, List.of());
  }

  /** The same, with STUN and TURN servers to find its way by. */
  public static WebRtcCall open(
      Sound sound, CallListener listener, AudioMeter meter, List<IceServer> iceServers) {
    return NativeLibrary.using(() -> new WebRtcCall(sound, listener, meter, iceServers));
  }

  private static RTCConfiguration configuration(List<IceServer> iceServers) {
    RTCConfiguration configuration = new RTCConfiguration();
    configuration.iceServers = iceServers.stream().map(WebRtcCall::nativeServer).toList();
    return configuration;
  }

  private static RTCIceServer nativeServer(IceServer server) {
    RTCIceServer same = new RTCIceServer();
    same.urls = server.getUrlsList();
    same.username = server.getUsername();
    same.password = server.getCredential();
    return same;
  }

  /** The offer with all candidates in it, but for those that a STUN or TURN server is late with. */
  public String offer() {
    CompletableFuture<RTCSessionDescription> created = new CompletableFuture<>();
    peer.createOffer(new RTCOfferOptions(), Futures.created(created));
    RTCSessionDescription offer = await(created, "making the offer");
    CompletableFuture<Void> applied = new CompletableFuture<>();
    peer.setLocalDescription(offer, Futures.applied(applied));
    await(applied, "applying the offer");
    await(
        gathered.copy().completeOnTimeout(null, GATHER_WITHIN.toMillis(), TimeUnit.MILLISECONDS),
        "gathering candidates");
    return peer.getLocalDescription().sdp;
  }

  /** Applies the answer; connecting goes on in the background. */
  public void accept(String answer) {
    CompletableFuture<Void> applied = new CompletableFuture<>();
    peer.setRemoteDescription(
        new RTCSessionDescription(RTCSdpType.ANSWER, answer), Futures.applied(applied));
    await(applied, "applying the answer");
  }

  /**
   * How loud what is said is, 0 to 32767; as of the last time that this was asked. Any thread,
   * until {@link #close}, after which it is 0.
   */
  public int microphoneLevel() {
    return microphoneLevel.ask(peer);
  }

  private static <T> T await(CompletableFuture<T> step, String what) {
    try {
      return step.get(NATIVE_STEP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw broken(what, reason(e));
    } catch (TimeoutException e) {
      throw broken(what, "nothing happened for " + NATIVE_STEP.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.INTERRUPTED, e, "interrupted while " + what);
    }
  }

  private static String reason(ExecutionException e) {
    Throwable cause = e.getCause();
    return cause == null ? "unknown" : String.valueOf(cause.getMessage());
  }

  private static CliException broken(String what, String why) {
    return new CliException(
        ExitCode.FAILED, "the call failed while " + what + ": " + why, "try again");
  }

  private void hear(byte[] pcm, int bits, int rate, int channels, int frames) {
    if (!closed && meter.offer(pcm, rate, channels)) {
      listener.firstAudioHeard();
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    microphoneLevel.close();
    AudioTrack remote = heard;
    if (remote != null) {
      remote.removeSink(sink);
    }
    channel.close();
    peer.close();
    channel.dispose();
    factory.dispose();
    sound.close();
  }

  /** Native threads: hands on what the owner waits for. */
  private final class Observer implements PeerConnectionObserver {
    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
      // The offer carries them all.
    }

    @Override
    public void onIceGatheringChange(RTCIceGatheringState state) {
      if (state == RTCIceGatheringState.COMPLETE) {
        gathered.complete(null);
      }
    }

    @Override
    public void onIceConnectionChange(RTCIceConnectionState state) {
      if (!closed && state == RTCIceConnectionState.CONNECTED) {
        tellIceConnected();
      }
    }

    @Override
    public void onConnectionChange(RTCPeerConnectionState state) {
      if (closed) {
        return;
      }
      switch (state) {
        case CONNECTED -> {
          // The library may tell the whole before its part.
          tellIceConnected();
          listener.dtlsConnected();
        }
        case FAILED -> listener.failed("no media path to the provider");
        case CLOSED -> listener.failed("the connection was closed");
        default -> {
          // On the way there, or a pause that ICE repairs.
        }
      }
    }

    private void tellIceConnected() {
      if (iceTold.compareAndSet(false, true)) {
        listener.iceConnected();
      }
    }

    @Override
    public void onTrack(RTCRtpTransceiver transceiver) {
      MediaStreamTrack track = transceiver.getReceiver().getTrack();
      if (track instanceof AudioTrack audio) {
        heard = audio;
        audio.addSink(sink);
      }
    }
  }
}
