package dev.sideband.server.provider.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpSender;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.RTCStatsType;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.AudioTrackSink;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A caller with a real WebRTC peer: makes an offer, takes the answer, speaks a tone of 300 Hz when
 * told to, and measures what it hears.
 *
 * <p><b>Threads.</b> One test's, but for its own clock, which pushes 10 ms of audio each 10 ms.
 */
public final class TestCaller implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;
  private static final int RATE = 48_000;
  private static final int FRAME = RATE / 100;
  private static final int LOUD = 1_000;

  private final HeadlessAudioDeviceModule device = new HeadlessAudioDeviceModule();
  private final PeerConnectionFactory factory;
  private final CustomAudioSource source = new CustomAudioSource();
  private final AudioTrack voice;
  private final RTCPeerConnection connection;
  private final RTCRtpSender sender;
  private final RTCDataChannel channel;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final CompletableFuture<Void> gathered = new CompletableFuture<>();
  private final CompletableFuture<Void> connected = new CompletableFuture<>();
  private final CompletableFuture<Void> channelOpen = new CompletableFuture<>();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final AtomicInteger framesLeft = new AtomicInteger();
  private final AtomicInteger framesHeard = new AtomicInteger();
  private final AtomicInteger loudFramesHeard = new AtomicInteger();
  private final AtomicInteger peakHeard = new AtomicInteger();
  private long position;

  public TestCaller() {
    factory = new PeerConnectionFactory(device);
    voice = factory.createAudioTrack("voice", source);
    connection = factory.createPeerConnection(new RTCConfiguration(), new Observer());
    sender = connection.addTrack(voice, List.of("caller"));
    channel = connection.createDataChannel("oai-events", new RTCDataChannelInit());
    channel.registerObserver(new ChannelObserver());
  }

  /** An offer with all candidates. */
  public String offer() {
    CompletableFuture<RTCSessionDescription> offer = new CompletableFuture<>();
    connection.createOffer(
        new RTCOfferOptions(),
        new CreateSessionDescriptionObserver() {
          @Override
          public void onSuccess(RTCSessionDescription description) {
            offer.complete(description);
          }

          @Override
          public void onFailure(String error) {
            offer.completeExceptionally(new AssertionError(error));
          }
        });
    CompletableFuture<Void> set = new CompletableFuture<>();
    connection.setLocalDescription(within(offer), completing(set));
    within(set);
    within(gathered);
    return connection.getLocalDescription().sdp;
  }

  /** Takes the answer and waits until media flows. */
  public void connect(String answer) {
    CompletableFuture<Void> set = new CompletableFuture<>();
    connection.setRemoteDescription(
        new RTCSessionDescription(RTCSdpType.ANSWER, answer), completing(set));
    within(set);
    within(connected);
    awaitFirstPacket();
    device.stopRecording(); // As StreamStart says.
    var ignored = clock.scheduleAtFixedRate(this::pushFrame, 0, 10, TimeUnit.MILLISECONDS);
  }

  private void awaitFirstPacket() {
    await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              CompletableFuture<RTCStatsReport> report = new CompletableFuture<>();
              connection.getStats(sender, report::complete);
              return within(report).getStats().values().stream()
                  .filter(stats -> stats.getType() == RTCStatsType.OUTBOUND_RTP)
                  .map(stats -> stats.getAttributes().get("packetsSent"))
                  .anyMatch(sent -> sent instanceof Number packets && packets.longValue() > 0);
            });
  }

  /** Speaks for so long, from now on; silent before and after. */
  public void speak(int milliseconds) {
    framesLeft.set(milliseconds / 10);
  }

  /** Frames of 10 ms heard, loud or not. */
  public int framesHeard() {
    return framesHeard.get();
  }

  /** Of them, those louder than silence. */
  public int loudFramesHeard() {
    return loudFramesHeard.get();
  }

  /** The largest sample heard. */
  public int peakHeard() {
    return peakHeard.get();
  }

  /** The next event on the data channel. */
  public String nextEvent() throws InterruptedException {
    String event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(event).as("an event on the data channel").isNotNull();
    return event;
  }

  /** Sends an event on the data channel, once it is open. */
  public void send(String event) throws Exception {
    within(channelOpen);
    ByteBuffer bytes = ByteBuffer.wrap(event.getBytes(StandardCharsets.UTF_8));
    channel.send(new RTCDataChannelBuffer(bytes, false));
  }

  private void pushFrame() {
    byte[] pcm = new byte[FRAME * 2];
    if (framesLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      for (int i = 0; i < FRAME; i++) {
        short sample = (short) (9_000 * Math.sin(2 * Math.PI * 300 * position++ / RATE));
        pcm[2 * i] = (byte) sample;
        pcm[2 * i + 1] = (byte) (sample >> 8);
      }
    }
    source.pushAudio(pcm, 16, RATE, 1, FRAME);
  }

  private void hear(byte[] pcm) {
    int peak = 0;
    for (int i = 0; i + 1 < pcm.length; i += 2) {
      peak = Math.max(peak, Math.abs((pcm[i] & 0xff) | (pcm[i + 1] << 8)));
    }
    framesHeard.incrementAndGet();
    if (peak > LOUD) {
      loudFramesHeard.incrementAndGet();
    }
    peakHeard.accumulateAndGet(peak, Math::max);
  }

  private static <T> T within(CompletableFuture<T> future) {
    return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  private static SetSessionDescriptionObserver completing(CompletableFuture<Void> done) {
    return new SetSessionDescriptionObserver() {
      @Override
      public void onSuccess() {
        done.complete(null);
      }

      @Override
      public void onFailure(String error) {
        done.completeExceptionally(new AssertionError(error));
      }
    };
  }

  /** Leaves without a word to the server, as a browser tab does that is closed. Safe to repeat. */
  @Override
  public void close() {
    if (clock.isShutdown()) {
      return;
    }
    clock.shutdown();
    try {
      assertThat(clock.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    channel.unregisterObserver();
    channel.close();
    channel.dispose();
    connection.removeTrack(sender);
    connection.close();
    voice.dispose();
    source.dispose();
    factory.dispose();
    device.dispose();
  }

  private final class Observer implements PeerConnectionObserver {
    private final AudioTrackSink sink = (pcm, bits, rate, channels, frames) -> hear(pcm);

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
    public void onConnectionChange(RTCPeerConnectionState state) {
      if (state == RTCPeerConnectionState.CONNECTED) {
        connected.complete(null);
      }
    }

    @Override
    public void onTrack(RTCRtpTransceiver transceiver) {
      ((AudioTrack) transceiver.getReceiver().getTrack()).addSink(sink);
    }
  }

  private final class ChannelObserver implements RTCDataChannelObserver {
    @Override
    public void onBufferedAmountChange(long previous) {
      // Test messages are few.
    }

    @Override
    public void onStateChange() {
      if (channel.getState() == RTCDataChannelState.OPEN) {
        channelOpen.complete(null);
      }
    }

    @Override
    public void onMessage(RTCDataChannelBuffer buffer) {
      events.add(StandardCharsets.UTF_8.decode(buffer.data).toString());
    }
  }
}
