package dev.sideband.cli.call;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The other end of a call, in this process: says back every frame that it hears. */
public final class FakeCallee implements AutoCloseable {
  private final Sound sound = Sound.headless();
  private final PeerConnectionFactory factory = new PeerConnectionFactory(sound.module());
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final BlockingQueue<byte[]> toSay = new ArrayBlockingQueue<>(500);
  private final CompletableFuture<Void> gathered = new CompletableFuture<>();
  private final CompletableFuture<String> channelLabel = new CompletableFuture<>();
  private final AudioMeter meter = new AudioMeter(false);
  private final RTCPeerConnection peer;
  private final AudioTrack spoken;
  private final ScheduledFuture<?> ticking;
  private volatile boolean connected;
  private volatile boolean closed;

  public FakeCallee() {
    peer = factory.createPeerConnection(new RTCConfiguration(), new Observer());
    spoken = factory.createAudioTrack("callee", sound.source(factory));
    ticking = clock.scheduleAtFixedRate(this::say, 0, 10, TimeUnit.MILLISECONDS);
  }

  /** Answers an offer, candidates included. */
  public String answer(String offer) throws Exception {
    CompletableFuture<Void> offered = new CompletableFuture<>();
    peer.setRemoteDescription(
        new RTCSessionDescription(RTCSdpType.OFFER, offer), Futures.applied(offered));
    offered.get(10, TimeUnit.SECONDS);
    sound.sentBy(peer, peer.addTrack(spoken, List.of("callee")), () -> {});
    CompletableFuture<RTCSessionDescription> created = new CompletableFuture<>();
    peer.createAnswer(new RTCAnswerOptions(), Futures.created(created));
    CompletableFuture<Void> applied = new CompletableFuture<>();
    peer.setLocalDescription(created.get(10, TimeUnit.SECONDS), Futures.applied(applied));
    applied.get(10, TimeUnit.SECONDS);
    gathered.get(10, TimeUnit.SECONDS);
    return peer.getLocalDescription().sdp;
  }

  /** The loudest sample that it heard. */
  public int peak() {
    return meter.peak();
  }

  /** The label of the data channel that the caller offered, once it is open. */
  CompletableFuture<String> channelLabel() {
    return channelLabel;
  }

  private void echo(byte[] pcm, int bits, int rate, int channels, int frames) {
    if (!closed) {
      meter.offer(pcm, rate, channels);
      toSay.offer(pcm);
    }
  }

  private synchronized void say() {
    byte[] frame = connected ? toSay.poll() : null;
    if (frame != null && !closed) {
      sound.push(frame);
    }
  }

  @Override
  public void close() {
    ticking.cancel(false);
    clock.shutdownNow();
    synchronized (this) {
      closed = true;
    }
    peer.close();
    factory.dispose();
    sound.close();
  }

  private final class Observer implements PeerConnectionObserver {
    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {}

    @Override
    public void onIceGatheringChange(RTCIceGatheringState state) {
      if (state == RTCIceGatheringState.COMPLETE) {
        gathered.complete(null);
      }
    }

    @Override
    public void onConnectionChange(RTCPeerConnectionState state) {
      if (!closed && state == RTCPeerConnectionState.CONNECTED) {
        connected = true;
      }
    }

    @Override
    public void onDataChannel(RTCDataChannel channel) {
      channelLabel.complete(channel.getLabel());
    }

    @Override
    public void onTrack(RTCRtpTransceiver transceiver) {
      if (transceiver.getReceiver().getTrack() instanceof AudioTrack audio) {
        audio.addSink(FakeCallee.this::echo);
      }
    }
  }
}
