package dev.sideband.server;

import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.ConversationGrpc.ConversationBlockingStub;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StopRequest;
import dev.sideband.v1.SubscribeRequest;
import dev.sideband.v1.Transport;
import dev.sideband.v1.WebRtc;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code rehearse}: holds one conversation with nobody, in a folder that is then deleted, so that a
 * JVM that records what it loads has loaded what a server needs. The launcher runs it after a
 * build, and gives the record to every later server.
 */
@Command(name = "rehearse", hidden = true, description = "Holds one conversation with nobody.")
final class RehearseCommand implements Callable<Integer> {
  private static final String OFFER =
      """
      v=0
      o=- 1 1 IN IP4 127.0.0.1
      s=-
      t=0 0
      m=audio 9 UDP/TLS/RTP/SAVPF 111
      c=IN IP4 0.0.0.0
      a=mid:0
      a=sendrecv
      a=rtpmap:111 opus/48000/2
      a=ice-ufrag:none
      a=ice-pwd:nobody-is-behind-this-offer
      a=setup:actpass
      """
          .replace("\n", "\r\n");

  @Option(
      names = "--otel",
      paramLabel = "FILE",
      description = "Serve metrics, and export as this configuration says, but to nobody.")
  private @Nullable Path otel;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("sideband-rehearsal-");
    try {
      Map<String, String> settings = new HashMap<>();
      settings.put("grpc.port", "0");
      settings.put("provider", "loopback");
      settings.put("loopback.media", "none");
      settings.put("log.rocksdb.path", folder.resolve("log").toString());
      if (otel == null) {
        hold(settings);
      } else {
        holdObserved(settings, otel, folder);
      }
      return 0;
    } finally {
      delete(folder);
    }
  }

  private static void holdObserved(Map<String, String> settings, Path otel, Path folder)
      throws IOException, InterruptedException {
    try (ExportToNobody exports = ExportToNobody.as(otel, folder)) {
      Map<String, String> observed = new HashMap<>(settings);
      observed.put("telemetry.otel", exports.configuration().toString());
      observed.put("telemetry.metrics-port", "0");
      hold(observed);
    } catch (ConfigException e) {
      hold(settings); // Somebody wrote a file of their own: no reason to rehearse nothing.
    }
  }

  private static void hold(Map<String, String> settings) throws InterruptedException {
    ServerConfig config = ServerConfig.load(Optional.empty(), settings, secret -> Optional.empty());
    try (Telemetry telemetry = Telemetry.open(config.telemetry());
        Server server = Server.open(config, telemetry, ServeCommand::halt)) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
      converse(ConversationGrpc.newBlockingStub(channel));
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private static void converse(ConversationBlockingStub stub) {
    ConversationBlockingStub server = stub.withDeadlineAfter(20, TimeUnit.SECONDS);
    Transport transport =
        Transport.newBuilder().setWebRtc(WebRtc.newBuilder().setSdpOffer(OFFER)).build();
    String conversation =
        server.start(StartRequest.newBuilder().setTransport(transport).build()).getConversationId();
    SubscribeRequest follow =
        SubscribeRequest.newBuilder().setConversationId(conversation).setFollow(true).build();
    Iterator<RealtimeEvents> messages = server.subscribe(follow);
    boolean stopped = false;
    while (messages.hasNext()) {
      List<RealtimeEvent> events = messages.next().getEventsList();
      if (!stopped && events.stream().anyMatch(RealtimeEvent::hasSessionConfigured)) {
        stopped = true;
        var unused = server.stop(StopRequest.newBuilder().setConversationId(conversation).build());
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
