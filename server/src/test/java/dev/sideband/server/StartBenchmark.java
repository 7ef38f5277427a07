package dev.sideband.server;

import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ConversationGrpc.ConversationBlockingStub;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.StopRequest;
import dev.sideband.v1.SubscribeRequest;
import dev.sideband.v1.Timing;
import dev.sideband.v1.Transport;
import dev.sideband.v1.WebRtc;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;

/**
 * What the server adds to a Start: the time its caller waits for the answer, without what the
 * provider says it took. One caller, one conversation after another, each ended before the next;
 * between them a bare fdatasync of as many bytes as an event has, on the same disk, to say what the
 * disk was like meanwhile.
 *
 * <p>The provider is the loopback without media or delays. It says its time in microseconds, from
 * the request's head to its answer; what HTTP costs on either side of that counts as ours.
 *
 * <p>Run {@code main} with the test classpath, a folder on the disk in question and, to measure a
 * process of its own instead of a server in this one, the launcher: {@code target/ ./sideband}.
 */
final class StartBenchmark {
  // The compiler is at work for some 10,000 Starts; on two cores it takes one of them meanwhile.
  private static final int WARM_UP = 15_000;
  private static final int STARTS = 500;
  private static final String OFFER =
      """
      v=0
      o=- 4611731400430051336 2 IN IP4 127.0.0.1
      s=-
      t=0 0
      a=group:BUNDLE 0 1
      m=audio 9 UDP/TLS/RTP/SAVPF 111
      c=IN IP4 0.0.0.0
      a=mid:0
      a=sendrecv
      a=rtcp-mux
      a=rtpmap:111 opus/48000/2
      a=ice-ufrag:abcd
      a=ice-pwd:0123456789012345678901
      a=setup:actpass
      m=application 9 UDP/DTLS/SCTP webrtc-datachannel
      c=IN IP4 0.0.0.0
      a=mid:1
      a=sctp-port:5000
      """
          .replace("\n", "\r\n");

  private final ConversationBlockingStub server;
  private final Disk disk;
  private final Latencies caller = new Latencies("the caller waits", STARTS);
  private final Latencies provider = new Latencies("  the provider's own time", STARTS);
  private final Latencies added = new Latencies("  the server adds", STARTS);
  private final Latencies http = new Latencies("    HTTP to the provider", STARTS);
  private final Latencies rest = new Latencies("    gRPC, append, wake-ups", STARTS);
  private final Latencies fdatasync = new Latencies("fdatasync of 300 B meanwhile", STARTS);

  private StartBenchmark(ConversationBlockingStub server, Disk disk) {
    this.server = server;
    this.disk = disk;
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "start-benchmark");
    Optional<Path> launcher =
        arguments.length > 1 ? Optional.of(Path.of(arguments[1])) : Optional.empty();
    try (Disk disk = Disk.in(folder)) {
      if (launcher.isPresent()) {
        try (ServerChild child =
            ServerChild.launch(launcher.get(), ServerChild.settings(folder.resolve("data")))) {
          measure(child.port(), disk);
        }
      } else {
        try (Server server = open(folder.resolve("data"))) {
          measure(server.port(), disk);
        }
      }
    }
  }

  private static Server open(Path data) {
    return Server.open(
        ServerConfig.load(Optional.empty(), ServerChild.settings(data), name -> Optional.empty()),
        Telemetry.off(),
        cause -> {
          throw new AssertionError(cause);
        });
  }

  private static void measure(int port, Disk disk) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
    try {
      StartBenchmark benchmark =
          new StartBenchmark(ConversationGrpc.newBlockingStub(channel), disk);
      System.out.printf("the first Start of all: %.1f ms%n", benchmark.once() / 1e6);
      for (int i = 1; i < WARM_UP; i++) {
        benchmark.once();
      }
      benchmark.reset();
      for (int i = 0; i < STARTS; i++) {
        benchmark.once();
      }
      benchmark.print();
    } finally {
      channel.shutdownNow();
    }
  }

  /** One conversation from Start to its end; tells how long its caller waited. */
  private long once() throws IOException {
    StartRequest request =
        StartRequest.newBuilder()
            .setTransport(Transport.newBuilder().setWebRtc(WebRtc.newBuilder().setSdpOffer(OFFER)))
            .build();
    long before = System.nanoTime();
    StartResponse answer = server.start(request);
    long waited = System.nanoTime() - before;
    String conversation = answer.getConversationId();
    StopRequest stop = StopRequest.newBuilder().setConversationId(conversation).build();
    if (server.stop(stop).getSequence() == 0) {
      throw new AssertionError("stop: no sequence (expected: that of ConversationEnding)");
    }
    long processing = nanos(answer.getProviderProcessing());
    long createCall = nanos(timing(conversation).getElapsed());
    caller.add(waited);
    provider.add(processing);
    added.add(waited - processing);
    http.add(createCall - processing);
    rest.add(waited - createCall);
    fdatasync.add(disk.force());
    return waited;
  }

  /** Of CallCreated, once the conversation is over: how long asking the provider took. */
  private Timing timing(String conversation) {
    SubscribeRequest everything =
        SubscribeRequest.newBuilder().setConversationId(conversation).setFollow(true).build();
    Timing timing = Timing.getDefaultInstance();
    Iterator<RealtimeEvents> messages = server.subscribe(everything);
    while (messages.hasNext()) {
      for (RealtimeEvent event : messages.next().getEventsList()) {
        timing = event.hasCallCreated() ? event.getCallCreated().getTiming() : timing;
      }
    }
    return timing;
  }

  private static long nanos(com.google.protobuf.Duration duration) {
    return duration.getSeconds() * 1_000_000_000 + duration.getNanos();
  }

  private void reset() {
    for (Latencies each : new Latencies[] {caller, provider, added, http, rest, fdatasync}) {
      each.clear();
    }
  }

  private void print() {
    System.out.println("us                                   p50      p90      p99      max");
    for (Latencies each : new Latencies[] {caller, provider, added, http, rest, fdatasync}) {
      System.out.println(each);
    }
    double floor = fdatasync.micros(0.99);
    System.out.printf(
        "p50 %.2f ms (target 1.50), p99 %.2f ms (target %.2f = 2 x fdatasync + 3)%n",
        added.micros(0.5) / 1e3, added.micros(0.99) / 1e3, 2 * floor / 1e3 + 3);
  }
}
