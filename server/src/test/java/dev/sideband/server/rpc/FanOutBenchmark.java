package dev.sideband.server.rpc;

import com.sun.management.OperatingSystemMXBean;
import dev.sideband.server.log.ConversationId;
import dev.sideband.v1.ConversationGrpc;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.SubscribeRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * What a delivery costs the server: 64 subscribers of one conversation, in a process of their own,
 * and events of 250 B at several rates. Prints the server's CPU time per delivered event, which
 * counts the log writer, the ring, the drain threads and gRPC.
 *
 * <p>Run {@code main} without arguments, with the test classpath.
 */
final class FanOutBenchmark {
  private static final int SUBSCRIBERS = 64;
  private static final int CONNECTIONS = 4;
  private static final int[] RATES = {10, 100, 1_000, 5_000, 20_000};
  private static final int SECONDS = 5;

  private FanOutBenchmark() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 1) {
      follow(Integer.parseInt(arguments[0]));
      return;
    }
    try (Serving serving = Serving.everybodyAs(Serving.LOCAL)) {
      serving.happens(1);
      Process client = client(serving.server.port());
      while (serving.ring.subscriptions() < SUBSCRIBERS) {
        LockSupport.parkNanos(1_000_000);
      }
      System.out.println(
          "events/s  deliveries  process us/delivery  threads us/delivery  process cores");
      publish(serving, 20_000);
      publish(serving, 1_000);
      for (int rate : RATES) {
        measure(serving, rate);
      }
      serving.ends();
      if (!client.waitFor(60, TimeUnit.SECONDS)) {
        client.destroyForcibly();
      }
    }
  }

  private static void measure(Serving serving, int rate) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long threads = threadCpuTime();
    long wall = System.nanoTime();
    long events = publish(serving, rate);
    double used = system.getProcessCpuTime() - cpu;
    double byThreads = threadCpuTime() - threads;
    double deliveries = (double) events * SUBSCRIBERS;
    System.out.printf(
        "%8d  %10.0f  %19.2f  %19.2f  %13.2f%n",
        rate,
        deliveries,
        used / deliveries / 1000,
        byThreads / deliveries / 1000,
        used / (System.nanoTime() - wall));
  }

  /** Of Java's own threads: without the compiler and the collector, which a young process pays. */
  private static long threadCpuTime() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return LongStream.of(threads.getAllThreadIds()).map(threads::getThreadCpuTime).sum();
  }

  /** Commits at a rate, in bursts of a millisecond's worth, as a log writer's batches are. */
  private static long publish(Serving serving, int rate) {
    long begin = System.nanoTime();
    long events = (long) rate * SECONDS;
    for (long done = 0; done < events; ) {
      long due = Math.min(events, (System.nanoTime() - begin) * rate / 1_000_000_000L);
      for (; done < due; done++) {
        serving.log.commit(Serving.TALK, "local", 200);
      }
      LockSupport.parkNanos(1_000_000);
    }
    return events;
  }

  private static Process client(int port) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx512m",
            "-cp",
            ManagementFactory.getRuntimeMXBean().getClassPath(),
            FanOutBenchmark.class.getName(),
            Integer.toString(port))
        .inheritIO()
        .start();
  }

  private static void follow(int port) throws InterruptedException {
    ConversationId conversation = Serving.TALK;
    AtomicLong events = new AtomicLong();
    AtomicLong messages = new AtomicLong();
    CountDownLatch ended = new CountDownLatch(SUBSCRIBERS);
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(
          NettyChannelBuilder.forAddress("127.0.0.1", port)
              .usePlaintext()
              .directExecutor()
              .build());
    }
    SubscribeRequest request =
        SubscribeRequest.newBuilder()
            .setConversationId(conversation.toString())
            .setFollow(true)
            .build();
    for (int i = 0; i < SUBSCRIBERS; i++) {
      ConversationGrpc.newStub(channels.get(i % CONNECTIONS))
          .subscribe(request, new Counter(events, messages, ended));
    }
    ended.await();
    System.out.printf("received %d events in %d messages%n", events.get(), messages.get());
    channels.forEach(ManagedChannel::shutdownNow);
  }

  private record Counter(AtomicLong events, AtomicLong messages, CountDownLatch ended)
      implements StreamObserver<RealtimeEvents> {
    @Override
    public void onNext(RealtimeEvents message) {
      events.addAndGet(message.getEventsCount());
      messages.incrementAndGet();
    }

    @Override
    public void onError(Throwable failure) {
      failure.printStackTrace();
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }
  }
}
