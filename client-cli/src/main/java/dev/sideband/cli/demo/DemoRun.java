package dev.sideband.cli.demo;

import dev.sideband.cli.call.AudioMeter;
import dev.sideband.cli.call.FramePump;
import dev.sideband.cli.call.NamedMilestones;
import dev.sideband.cli.call.Sound;
import dev.sideband.cli.call.SpeechFrames;
import dev.sideband.cli.call.WebRtcCall;
import dev.sideband.cli.demo.Happening.Arrived;
import dev.sideband.cli.demo.Happening.FeedEnded;
import dev.sideband.cli.demo.Happening.MediaFailed;
import dev.sideband.cli.demo.Happening.MediaReached;
import dev.sideband.cli.demo.Happening.NotReported;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.server.EventFeed;
import dev.sideband.cli.server.FeedReader;
import dev.sideband.cli.server.MilestoneReport;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.Input;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvents;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.SubscribeRequest;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One conversation from offer to hang-up, as a caller whose microphone is a recording.
 *
 * <p><b>Threads.</b> The one that calls {@link #run} owns it. Others put into the queue of 4,096
 * happenings: the feed's reader waits when it is full; a native thread's happening, of which there
 * are a handful, is dropped then, and the demo says that its milestone is missing.
 */
final class DemoRun implements AutoCloseable {
  private static final int QUEUE = 4_096;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long ECHO_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
  private static final long TRANSCRIPT_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long END_NANOS = TimeUnit.SECONDS.toNanos(8);
  private static final long TICK_MS = 50;
  private static final String AGENT_ANSWER = "all green";

  private final ServerLink link;
  private final DemoView view;
  private final DemoScript script;
  private final LongSupplier nanoTime;
  private final DemoStory story = new DemoStory();
  private final AudioMeter meter = new AudioMeter(false);
  private final BlockingQueue<Happening> happenings = new ArrayBlockingQueue<>(QUEUE);
  private final MilestoneReport report;
  private final ExecutorService reader = Executors.newSingleThreadExecutor();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final SpeechFrames frames;
  private final Sound sound;
  private final WebRtcCall call;
  private @Nullable FramePump pump;
  private @Nullable EventFeed feed;
  private String conversationId = "";
  private long zero;
  private boolean feedEnded;

  /** Connects, and loads what is native: none of it is part of starting a conversation. */
  DemoRun(ServerLink link, DemoView view, DemoScript script, LongSupplier nanoTime) {
    this.link = link;
    this.view = view;
    this.script = script;
    this.nanoTime = nanoTime;
    report = new MilestoneReport(link, nanoTime, refusal -> put(new NotReported(refusal)));
    link.connect();
    frames = new SpeechFrames(script.speech());
    sound = Sound.headless();
    call = WebRtcCall.open(sound, new NamedMilestones(this::onReached, this::onBroken), meter);
  }

  private void onReached(String milestone) {
    var unused = happenings.offer(new MediaReached(milestone, nanoTime.getAsLong()));
  }

  private void onBroken(String why) {
    var unused = happenings.offer(new MediaFailed(why));
  }

  /** Holds the conversation; what did not happen is in the outcome. */
  DemoOutcome run() throws InterruptedException {
    zero = nanoTime.getAsLong();
    report.begin();
    start();
    long deadline = nanoTime.getAsLong() + PATIENCE_NANOS;
    long quietSince = Long.MAX_VALUE;
    while (!feedEnded && nanoTime.getAsLong() < deadline && !isOver(quietSince)) {
      next();
      boolean quiet = story.isAnswered() && !story.isAnswerPlaying();
      quietSince = quiet ? Math.min(quietSince, nanoTime.getAsLong()) : Long.MAX_VALUE;
    }
    finish();
    return DemoOutcome.of(conversationId, story, audio(), reread());
  }

  /** The outcome of a run that broke off; nothing is asked of the server any more. */
  DemoOutcome soFar() {
    return DemoOutcome.of(conversationId, story, audio(), story.events());
  }

  private DemoOutcome.Audio audio() {
    return new DemoOutcome.Audio(pump == null ? 0 : pump.sent(), meter.heard(), meter.peak());
  }

  private boolean isOver(long quietSince) {
    // What was just said is still on its way to the ear, and may still be being transcribed.
    long patience = story.isTranscribed() ? ECHO_NANOS : TRANSCRIPT_NANOS;
    return quietSince != Long.MAX_VALUE && nanoTime.getAsLong() - quietSince > patience;
  }

  private void start() {
    String offer = call.offer();
    reach("offer", nanoTime.getAsLong());
    story.serverStartsAt(story.total("offer"));
    StartResponse started = link.start(script.request(offer));
    conversationId = started.getConversationId();
    story.reach(report.answered(conversationId));
    SubscribeRequest everything =
        SubscribeRequest.newBuilder().setConversationId(conversationId).setFollow(true).build();
    feed = link.subscribe(everything);
    FeedReader.start(
        reader, feed, batch -> put(new Arrived(batch)), end -> put(new FeedEnded(end)));
    call.accept(started.getSdpAnswer());
    reach("answer_applied", nanoTime.getAsLong());
    view.update(story);
  }

  private void put(Happening happening) {
    try {
      happenings.put(happening);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reach(String name, long nanos) {
    story.reach(report.reach(name, nanos));
  }

  private void send(Input input) {
    try {
      link.send(conversationId, input);
    } catch (CliException e) {
      story.trouble("an input was refused: " + e.getMessage());
    }
  }

  private void next() throws InterruptedException {
    Happening happening = happenings.poll(TICK_MS, TimeUnit.MILLISECONDS);
    if (happening instanceof MediaReached reached) {
      reach(reached.name(), reached.nanos());
      if (reached.name().equals(NamedMilestones.CONNECTED)) {
        speak();
      }
    } else if (happening instanceof MediaFailed failed) {
      story.trouble("the call: " + failed.why());
    } else if (happening instanceof NotReported refused) {
      story.trouble("a milestone was not taken: " + refused.failure().getMessage());
    } else if (happening instanceof Arrived arrived) {
      arrived.batch().getEventsList().forEach(this::accept);
    } else if (happening instanceof FeedEnded end) {
      feedEnded = true;
      end.failure()
          .ifPresent(failure -> story.trouble("the event stream: " + failure.getMessage()));
    }
    view.update(story);
  }

  private void accept(RealtimeEvent event) {
    double at = (nanoTime.getAsLong() - zero) / 1_000_000.0;
    story.accept(event, at);
    if (event.hasCallCreated() && event.getCallCreated().hasProviderProcessing()) {
      view.serverAdded(script.addedByServer(event.getCallCreated()));
    }
    for (DemoStory.Handoff handoff : story.unanswered()) {
      HandoffOutput output =
          HandoffOutput.newBuilder()
              .setHandoffId(handoff.id())
              .setText(AGENT_ANSWER)
              .setPhase(HandoffOutput.Phase.FINAL)
              .build();
      send(Input.newBuilder().setHandoffOutput(output).build());
      story.answered(handoff.id(), AGENT_ANSWER, (nanoTime.getAsLong() - zero) / 1_000_000.0);
    }
  }

  private void speak() {
    pump = new FramePump(clock, frames, sound::push);
  }

  private void finish() throws InterruptedException {
    report.close();
    if (!story.isEnded() && !conversationId.isEmpty()) {
      try {
        link.stop(conversationId);
      } catch (CliException e) {
        story.trouble("stopping: " + e.getMessage());
      }
    }
    long deadline = nanoTime.getAsLong() + END_NANOS;
    while (!feedEnded && nanoTime.getAsLong() < deadline) {
      next();
    }
    if (pump != null) {
      pump.close();
    }
  }

  /** Asks the log again for what the live stream told; a repeat or a gap counts as none. */
  private long reread() {
    SubscribeRequest stored =
        SubscribeRequest.newBuilder().setConversationId(conversationId).build();
    long sequence = 0;
    try (EventFeed again = link.subscribe(stored)) {
      for (Optional<RealtimeEvents> next = again.next(); next.isPresent(); next = again.next()) {
        for (RealtimeEvent event : next.get().getEventsList()) {
          sequence = event.getSequence() == sequence + 1 ? sequence + 1 : Long.MIN_VALUE;
        }
      }
    } catch (CliException e) {
      story.trouble("reading the log: " + e.getMessage());
    }
    return Math.max(0, sequence);
  }

  /** Ends the conversation, should it still be going on. */
  void hangUp() {
    if (!conversationId.isEmpty() && !story.isEnded()) {
      link.stop(conversationId);
    }
  }

  @Override
  public void close() {
    if (pump != null) {
      pump.close();
    }
    if (feed != null) {
      feed.close();
    }
    report.close();
    clock.shutdownNow();
    reader.shutdownNow();
    call.close();
  }
}
