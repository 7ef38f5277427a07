package dev.sideband.server;

import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What telemetry costs a server in processor time, for each start and for each delivery: with
 * {@code otel-config/sdk.yaml}, one start in a hundred traced, and the page of metrics, against
 * nothing.
 *
 * <p>Both servers are processes of the launcher's and live side by side; rounds alternate between
 * them. What is exported goes to a receiver in this process. A start is a conversation from Start
 * to Stop, with a provider that costs nothing but is in the server too; a delivery is one event for
 * one of {@link #SUBSCRIBERS} that listen to one conversation.
 *
 * <p>Run {@code main} with the test classpath, a folder, the launcher, the configuration file, and
 * how many pairs: {@code target/ ./sideband otel-config/sdk.yaml 12}.
 */
final class TelemetryCostBenchmark {
  private static final int WARM_UP = 10_000;
  private static final int STARTS = 400;
  private static final int SUBSCRIBERS = 64;
  private static final int INPUTS = 2_000;

  /** As many starts, and as many inputs, are under way at once: a server that has work to do. */
  private static final int AT_ONCE = 16;

  private TelemetryCostBenchmark() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "telemetry-benchmark");
    Path launcher = Path.of(arguments[1]);
    try (OtlpReceiver receiver = new OtlpReceiver();
        Side off = Side.launch(launcher, settings(folder.resolve("off")));
        Side on = Side.launch(launcher, told(folder, Path.of(arguments[2]), receiver))) {
      for (Side side : List.of(off, on)) {
        side.start(WARM_UP);
        side.deliver(WARM_UP);
      }
      compare(off, on, Integer.parseInt(arguments[3]));
      System.out.printf("exported: %s%n", receiver.metricNames().contains("sideband.starts"));
    }
  }

  private static Map<String, String> settings(Path data) {
    Map<String, String> settings = new HashMap<>(ServerChild.settings(data));
    settings.put("log.rocksdb.sync", "false");
    return settings;
  }

  private static Map<String, String> told(Path folder, Path shipped, OtlpReceiver receiver)
      throws IOException {
    String text =
        Files.readString(shipped)
            .replace("${OTEL_TRACES_SAMPLER_ARG:-1.0}", "0.01")
            .replace("${OTEL_EXPORTER_OTLP_ENDPOINT:-http://127.0.0.1:4318}", receiver.endpoint());
    Path file = Files.writeString(folder.resolve("sdk.yaml"), text);
    Map<String, String> settings = settings(folder.resolve("on"));
    settings.put("telemetry.otel", file.toString());
    settings.put("telemetry.metrics-port", "0");
    return settings;
  }

  private static void compare(Side off, Side on, int pairs)
      throws IOException, InterruptedException {
    double[] starts = new double[pairs];
    double[] deliveries = new double[pairs];
    for (int pair = 0; pair < pairs; pair++) {
      // Who is second finds the other's caches: each is it in turn.
      Pair start = Pair.of(pair, off, on, side -> side.start(STARTS));
      Pair delivery = Pair.of(pair, off, on, side -> side.deliver(INPUTS));
      starts[pair] = start.ratio();
      deliveries[pair] = delivery.ratio();
      System.out.printf("us a start, %s; us a delivery, %s%n", start, delivery);
    }
    print("a start", starts);
    print("a delivery", deliveries);
  }

  private static void print(String what, double... ratios) {
    Arrays.sort(ratios);
    int last = ratios.length - 1;
    System.out.printf(
        "%s, on / off: median %.3f, half of them %.3f to %.3f, all %.3f to %.3f%n",
        what,
        (ratios[last / 2] + ratios[(last + 1) / 2]) / 2,
        ratios[last / 4],
        ratios[last * 3 / 4],
        ratios[0],
        ratios[last]);
  }

  private interface Round {
    double micros(Side side) throws IOException, InterruptedException;
  }

  private record Pair(double off, double on) {
    static Pair of(int turn, Side off, Side on, Round round)
        throws IOException, InterruptedException {
      if (turn % 2 == 0) {
        double first = round.micros(off);
        return new Pair(first, round.micros(on));
      }
      double first = round.micros(on);
      return new Pair(round.micros(off), first);
    }

    double ratio() {
      return on / off;
    }

    @Override
    public String toString() {
      return String.format("off %.2f on %.2f: %.3f", off, on, ratio());
    }
  }

  /** One of the two servers, and who calls it. */
  private record Side(ServerChild server, Caller caller) implements AutoCloseable {

    static Side launch(Path launcher, Map<String, String> settings) throws IOException {
      ServerChild server = ServerChild.launch(launcher, settings);
      return new Side(server, Caller.of(server.port()));
    }

    private double micros() throws IOException {
      return server.spent().minus(server.compiling()).toNanos() / 1e3;
    }

    /** Starts and stops conversations; the server's microseconds for each. */
    double start(int count) throws IOException, InterruptedException {
      double before = micros();
      ExecutorService callers = Executors.newFixedThreadPool(AT_ONCE);
      for (int i = 0; i < count; i++) {
        callers.execute(() -> caller.stop(caller.start().getConversationId()));
      }
      callers.shutdown();
      if (!callers.awaitTermination(5, TimeUnit.MINUTES)) {
        throw new AssertionError("starts do not come to an end");
      }
      return (micros() - before) / count;
    }

    /** Has everybody hear of each input; the server's microseconds for each event and hearer. */
    double deliver(int inputs) throws IOException, InterruptedException {
      String conversation = caller.start().getConversationId();
      AtomicLong delivered = new AtomicLong();
      List<Hearer> hearers = new ArrayList<>();
      for (int i = 0; i < SUBSCRIBERS; i++) {
        Hearer hearer = new Hearer(delivered);
        hearers.add(hearer);
        ConversationGrpc.newStub(caller.channel())
            .subscribe(
                SubscribeRequest.newBuilder()
                    .setConversationId(conversation)
                    .setFollow(true)
                    .build(),
                hearer);
      }
      Hearer first = hearers.get(0);
      first.acknowledged.release(AT_ONCE);
      Caller.Talk talk = caller.talk(conversation); // One call: else it is calls that are measured.
      double before = micros();
      for (int i = 0; i < inputs; i++) {
        first.acknowledged.acquire();
        talk.say(Requests.text("one line of a conversation"));
      }
      caller.stop(conversation);
      for (Hearer hearer : hearers) {
        hearer.end.await();
      }
      return (micros() - before) / delivered.get();
    }

    @Override
    public void close() throws IOException {
      caller.close();
      server.close();
    }
  }

  private static final class Hearer implements StreamObserver<RealtimeEvents> {
    private final AtomicLong delivered;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Semaphore acknowledged = new Semaphore(0);

    Hearer(AtomicLong delivered) {
      this.delivered = delivered;
    }

    @Override
    public void onNext(RealtimeEvents batch) {
      delivered.addAndGet(batch.getEventsCount());
      for (RealtimeEvent event : batch.getEventsList()) {
        if (event.hasInputAcknowledged()) {
          acknowledged.release();
        }
      }
    }

    @Override
    public void onError(Throwable thrown) {
      throw new AssertionError(thrown);
    }

    @Override
    public void onCompleted() {
      end.countDown();
    }
  }
}
