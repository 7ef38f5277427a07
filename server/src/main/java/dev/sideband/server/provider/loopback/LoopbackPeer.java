package dev.sideband.server.provider.loopback;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpSender;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.AudioTrackSink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The provider's end of a call's media: answers the offer, listens to the caller and echoes.
 *
 * <p><b>Threads.</b> The loop's. Native callbacks hop to it first thing; those that come after
 * {@link #close} do nothing.
 *
 * <p><b>Full queue.</b> With {@value #MOST_FRAMES} frames waiting for the loop, new ones are lost.
 */
final class LoopbackPeer implements PeerConnectionObserver {
  private static final int MOST_FRAMES = 100;
  private static final Duration NEGOTIATION_LIMIT = Duration.ofSeconds(10);

  /** Hears what becomes of a peer, on the loop. */
  interface Listener {
    void onConnected();

    /** The media leg is lost for good. */
    void onLost();

    void onFrame(short[] mono);

    /** Whether the caller hears their own voice. */
    boolean mayEcho();

    void onChannel(RTCDataChannel channel);
  }

  private final OwnerLoop loop;
  private final MediaEngine engine;
  private final Listener listener;
  private final EchoTrack echo;
  private final RTCPeerConnection connection;
  private final Promise<String> answer = Promise.promise();
  private final AtomicInteger waitingFrames = new AtomicInteger();
  private final AudioTrackSink sink = this::onNativeFrame;
  private @Nullable AudioTrack remote;
  private @Nullable RTCRtpSender sender;
  private @Nullable StreamStart start;
  private boolean offersAudio;
  private boolean localSet;
  private boolean closed;

  LoopbackPeer(OwnerLoop loop, MediaEngine engine, Duration echoDelay, Listener listener) {
    assert loop.isCurrent();
    this.loop = loop;
    this.engine = engine;
    this.listener = listener;
    this.echo = new EchoTrack(engine, echoDelay);
    RTCConfiguration configuration = new RTCConfiguration();
    configuration
        .portAllocatorConfig
        .setDisableTcp(true)
        .setDisableStun(true)
        .setDisableRelay(true);
    this.connection = engine.factory().createPeerConnection(configuration, this);
    engine.peerOpened();
  }

  AssistantVoice voice() {
    return echo;
  }

  /** Answers the offer once all candidates are gathered. Fails if the offer is no use. */
  Future<String> answer(String offer) {
    assert loop.isCurrent();
    OwnerLoop.Timer limit =
        loop.after(
            NEGOTIATION_LIMIT, () -> answer.tryFail("no answer within " + NEGOTIATION_LIMIT));
    answer.future().onComplete(ignored -> limit.cancel());
    offersAudio = offer.contains("m=audio ");
    try {
      connection.setRemoteDescription(
          new RTCSessionDescription(RTCSdpType.OFFER, offer), then(this::createAnswer));
    } catch (RuntimeException | Error notSdp) {
      // The native engine throws what it likes.
      answer.tryFail(notSdp);
    }
    return answer.future();
  }

  private void createAnswer() {
    if (offersAudio) {
      sender = connection.addTrack(echo.track(), List.of("loopback"));
      start = new StreamStart(loop, engine, connection, sender);
    }
    connection.createAnswer(
        new RTCAnswerOptions(),
        new CreateSessionDescriptionObserver() {
          @Override
          public void onSuccess(RTCSessionDescription description) {
            loop.run(() -> whileOpen(() -> setLocal(description)));
          }

          @Override
          public void onFailure(String error) {
            loop.run(() -> answer.tryFail(error));
          }
        });
  }

  private void setLocal(RTCSessionDescription description) {
    if (!StreamStart.isSending(description.sdp)) {
      start = null; // Its caller does not want to hear anything.
    }
    connection.setLocalDescription(description, then(this::onLocalSet));
  }

  private void onLocalSet() {
    if (start != null) {
      start.holdBack();
    }
    localSet = true;
    answerIfGathered();
  }

  private void answerIfGathered() {
    if (localSet && connection.getIceGatheringState() == RTCIceGatheringState.COMPLETE) {
      answer.tryComplete(connection.getLocalDescription().sdp);
    }
  }

  private SetSessionDescriptionObserver then(Runnable next) {
    return new SetSessionDescriptionObserver() {
      @Override
      public void onSuccess() {
        loop.run(() -> whileOpen(next));
      }

      @Override
      public void onFailure(String error) {
        loop.run(() -> answer.tryFail(error));
      }
    };
  }

  private void whileOpen(Runnable task) {
    if (!closed) {
      task.run();
    }
  }

  @Override
  public void onIceCandidate(RTCIceCandidate candidate) {
    // The answer carries them all: this API has no way to send them later.
  }

  @Override
  public void onIceGatheringChange(RTCIceGatheringState state) {
    loop.run(() -> whileOpen(this::answerIfGathered));
  }

  @Override
  public void onConnectionChange(RTCPeerConnectionState state) {
    loop.run(
        () ->
            whileOpen(
                () -> {
                  if (state == RTCPeerConnectionState.CONNECTED) {
                    onConnected();
                  } else if (state == RTCPeerConnectionState.FAILED
                      || state == RTCPeerConnectionState.CLOSED) {
                    listener.onLost();
                  }
                }));
  }

  private void onConnected() {
    if (start != null) {
      start.begin();
    }
    listener.onConnected();
  }

  @Override
  public void onDataChannel(RTCDataChannel channel) {
    loop.run(
        () -> {
          if (closed) {
            channel.dispose();
          } else {
            listener.onChannel(channel);
          }
        });
  }

  @Override
  public void onTrack(RTCRtpTransceiver transceiver) {
    loop.run(
        () ->
            whileOpen(
                () -> {
                  if (remote == null
                      && transceiver.getReceiver().getTrack() instanceof AudioTrack audio) {
                    remote = audio;
                    audio.addSink(sink);
                  }
                }));
  }

  private void onNativeFrame(byte[] pcm, int bits, int rate, int channels, int samples) {
    if (waitingFrames.incrementAndGet() > MOST_FRAMES) {
      waitingFrames.decrementAndGet();
      return;
    }
    loop.run(
        () -> {
          waitingFrames.decrementAndGet();
          whileOpen(() -> heard(new PeerFrame(pcm, rate, channels, samples)));
        });
  }

  private void heard(PeerFrame frame) {
    echo.echo(listener.mayEcho() ? frame : frame.silence());
    listener.onFrame(frame.mono());
  }

  /** Disposes of everything native. Safe to repeat. */
  void close() {
    assert loop.isCurrent();
    if (closed) {
      return;
    }
    closed = true;
    answer.tryFail("the call is over");
    if (remote != null) {
      remote.removeSink(sink);
    }
    if (sender != null) {
      // The closed connection would hold on to the track, which then could not be disposed of.
      connection.removeTrack(sender);
    }
    connection.close();
    if (start != null) {
      start.close();
    }
    echo.dispose();
    engine.peerClosed();
  }
}
