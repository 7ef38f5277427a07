package dev.sideband.cli.talk;

import dev.sideband.cli.call.AudioMeter;
import dev.sideband.cli.call.FramePump;
import dev.sideband.cli.call.Sound;
import dev.sideband.cli.call.SpeechFrames;
import dev.sideband.cli.call.Wav;
import dev.sideband.cli.failure.CliException;
import dev.sideband.cli.failure.ExitCode;
import dev.sideband.cli.server.MilestoneReport;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.v1.IceServer;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.Transport;
import dev.sideband.v1.WebRtc;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A conversation by voice: with this machine's microphone and speakers, or with a recording as the
 * microphone. One thread.
 */
public final class CallTalk implements AutoCloseable {
  private static final long ANSWER_WITHIN_MS = 30_000;
  private static final long QUIET_MS = 1_500;
  private static final long TICK_MS = 50;

  private final ServerLink link;
  private final OwnConversation conversation;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AudioMeter meter = new AudioMeter(true);
  private final Line line = new Line();

  /** Talks through {@code link}; the screen stays the caller's to close. */
  public CallTalk(ServerLink link, TalkScreen screen, LongSupplier nanoTime) {
    this.link = link;
    this.nanoTime = nanoTime;
    conversation =
        new OwnConversation(link, screen, nanoTime, "go on talking: what is said is shown later");
  }

  /** Talks with the microphone until the typing ends; typed lines are asked too. */
  public void holdWithDevices(SessionOptions options) throws InterruptedException {
    hold(options, Sound::devices, this::type);
  }

  /** Says a recording, waits for the answer to it, and hangs up. */
  public void holdWithRecording(SessionOptions options, Wav wav) throws InterruptedException {
    hold(options, Sound::headless, () -> say(wav));
  }

  /** What was heard. */
  public Wav recording() {
    return meter.recording();
  }

  private interface Middle {
    void hold() throws InterruptedException;
  }

  private void hold(SessionOptions options, Supplier<Sound> sounds, Middle middle)
      throws InterruptedException {
    link.connect();
    conversation.show(new CallLevels());
    Supplier<Leg> legs = () -> leg(sounds, milestone -> {});
    try (line;
        Renewer renewer = new Renewer(link, line, legs, conversation.chat()::note, nanoTime)) {
      conversation.tell(renewer::accept);
      try (MilestoneReport report = new MilestoneReport(link, nanoTime, CallTalk::notReported)) {
        begin(options, leg(sounds, report::reach), report);
        renewer.begin();
        conversation.introduce("");
        middle.hold();
      }
      conversation.finish();
    }
  }

  /** One that is not connected yet, by the ICE servers that the server names for it. */
  private Leg leg(Supplier<Sound> sounds, Consumer<String> reached) {
    List<IceServer> iceServers = link.iceServers();
    return new Leg(sounds.get(), meter, iceServers, reached);
  }

  private void begin(SessionOptions options, Leg first, MilestoneReport report)
      throws InterruptedException {
    line.moveTo(first);
    report.begin();
    StartRequest start =
        StartRequest.newBuilder()
            .setTransport(
                Transport.newBuilder().setWebRtc(WebRtc.newBuilder().setSdpOffer(first.offer())))
            .setSession(options)
            .putMetadata("client", "sideband talk")
            .build();
    StartResponse started = conversation.start(start);
    report.answered(started.getConversationId());
    first.connect(started.getSdpAnswer());
  }

  /** Of no concern to who talks: a server that is away is told of, and an end is shown. */
  private static void notReported(CliException refusal) {}

  private void type() throws InterruptedException {
    conversation.chat().note("speak, or type; Ctrl-D hangs up");
    conversation.type(conversation::askOrNote);
  }

  private void say(Wav wav) throws InterruptedException {
    Chat chat = conversation.chat();
    SpeechFrames frames = new SpeechFrames(wav);
    long limit = wav.duration().toMillis() + ANSWER_WITHIN_MS;
    long quiet = 0;
    try (FramePump pump = new FramePump(clock, frames, line::say)) {
      for (long waited = 0; quiet < QUIET_MS; waited += TICK_MS) {
        if (chat.awaitOver(TICK_MS)) {
          return;
        }
        boolean heard = meter.takeRecentPeak() > AudioMeter.AUDIBLE;
        boolean done = frames.isSpent() && chat.answers() > 0 && chat.isQuiet() && !heard;
        quiet = done ? quiet + TICK_MS : 0;
        if (waited > limit) {
          throw new CliException(
              ExitCode.FAILED,
              "nobody answered within "
                  + ANSWER_WITHIN_MS / 1_000
                  + " s ("
                  + pump.sent()
                  + " frames sent)",
              "see what happened:  ./sideband show last --timeline");
        }
      }
    }
  }

  /** Ends the conversation, if it began; may be called again, and by any thread. */
  public void hangUp() {
    conversation.hangUp();
  }

  @Override
  public void close() {
    conversation.close();
    clock.shutdownNow();
  }

  /** Asked by the live view's thread. */
  private final class CallLevels implements Levels {
    @Override
    public int microphone() {
      return line.microphoneLevel();
    }

    @Override
    public int heard() {
      return meter.level();
    }
  }
}
