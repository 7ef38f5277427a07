package dev.sideband.cli.torture;

import dev.sideband.cli.server.LoopbackControl;
import dev.sideband.cli.server.LoopbackControl.Call;
import dev.sideband.cli.terminal.Texts;
import dev.sideband.cli.torture.Evidence.Comeback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Does the harm, by a seeded dice: kills the server at any instant, while it starts and while it
 * rejoins too, and has the provider, the disk and the subscribers misbehave in between.
 *
 * <p><b>Threads.</b> One.
 */
final class Supervisor {
  private static final int LOOK_EVERY_MS = 25;
  private static final int MOST_LENGTHS = 4;

  private final Stage stage;
  private final LoopbackControl provider;
  private final Pulse pulse;
  private final Random random;
  private final Mischief mischief;
  private final List<MediaLeg> legs;

  /** Harms what is on a stage; {@code pulse} tells it, and the time. */
  Supervisor(
      Stage stage, LoopbackControl provider, Pulse pulse, Mischief mischief, List<MediaLeg> legs) {
    this.stage = stage;
    this.provider = provider;
    this.pulse = pulse;
    this.random = mischief.random();
    this.mischief = mischief;
    this.legs = List.copyOf(legs);
  }

  /**
   * Goes on until time is up, and on a busy machine for as long again, three times at most, until
   * enough has happened; then the server runs, and nothing misbehaves any more.
   */
  void torment(TorturePlan plan) {
    while (isToGoOn(plan) && !stage.over().isRaised()) {
      pulse.rest(200 + random.nextInt(1_800));
      if (random.nextInt(3) > 0) {
        mischief.strike();
        pulse.rest(random.nextInt(1_200));
      }
      if (!stage.server().isAlive()) {
        stage.trouble("the server ended by itself");
      }
      killAndRestart(plan.patience());
    }
    mischief.end();
  }

  private boolean isToGoOn(TorturePlan plan) {
    long length = plan.length().toMillis();
    long elapsed = pulse.elapsedMillis();
    return elapsed < length
        || (elapsed < MOST_LENGTHS * length
            && !Minimum.of(plan.length()).missedBy(stage.ledger().tally()).isEmpty());
  }

  private void killAndRestart(Duration patience) {
    List<Call> before = provider.calls().stream().filter(Call::isLive).toList();
    List<Long> heardBefore = heard();
    long kill = kill("killed");
    while (random.nextInt(4) == 0 && !stage.server().isReadyWithin(random.nextInt(2_500))) {
      kill = kill("killed while it started");
    }
    stage.server().awaitReady();
    double readyAfter = pulse.sinceMark();
    mischief.freeDisk();
    keepFrames(kill, before, heardBefore);
    if (random.nextInt(4) == 0) {
      pulse.rest(random.nextInt(600));
      stage.ledger().add(new Comeback(kill, -1, 0));
      pulse.tell("back in " + Texts.span(readyAfter) + ", and no time to rejoin");
    } else {
      awaitSidebands(kill, before, readyAfter, patience);
    }
  }

  private long kill(String how) {
    stage.server().kill();
    long number = stage.ledger().killed();
    pulse.tell(how + ", no. " + number);
    pulse.rest(random.nextInt(300));
    stage.server().launch();
    pulse.mark();
    return number;
  }

  private List<Long> heard() {
    return legs.stream().map(MediaLeg::heard).toList();
  }

  private void keepFrames(long kill, List<Call> before, List<Long> heardBefore) {
    Map<String, Call> now = byId();
    int leg = 0;
    for (Call call : before) {
      if (call.transport().equals("webrtc") && call.joins() > 0) {
        leg++;
        long after = now.containsKey(call.id()) ? now.get(call.id()).frames() : 0;
        String name = "leg " + leg + ", what the provider hears";
        stage.ledger().add(new Evidence.Frames(name, kill, call.frames(), after));
      }
    }
    List<Long> heardAfter = heard();
    for (int i = 0; i < legs.size(); i++) {
      if (heardBefore.get(i) > 0) {
        String name = "leg " + (i + 1) + ", what the caller hears";
        stage.ledger().add(new Evidence.Frames(name, kill, heardBefore.get(i), heardAfter.get(i)));
      }
    }
  }

  private Map<String, Call> byId() {
    return provider.calls().stream().collect(Collectors.toMap(Call::id, Function.identity()));
  }

  /** Until every call that had a sideband before has another one, or is over. */
  private void awaitSidebands(long kill, List<Call> before, double readyAfter, Duration patience) {
    List<Call> missing = without(before);
    long rejoined = 0;
    for (long waited = 0; !missing.isEmpty() && waited < patience.toMillis(); ) {
      pulse.rest(LOOK_EVERY_MS);
      waited += LOOK_EVERY_MS;
      missing = without(before);
    }
    double after = pulse.sinceMark();
    Map<String, Call> now = byId();
    for (Call call : before) {
      Call then = now.get(call.id());
      rejoined += then != null && then.joins() > call.joins() ? 1 : 0;
    }
    stage.ledger().add(new Comeback(kill, rejoined > 0 ? Math.round(after) : -1, missing.size()));
    pulse.tell(
        "back in "
            + Texts.span(readyAfter)
            + ", "
            + rejoined
            + " sidebands rejoined after "
            + Texts.span(after));
  }

  private List<Call> without(List<Call> before) {
    Map<String, Call> now = byId();
    List<Call> missing = new ArrayList<>();
    for (Call call : before) {
      Call then = now.get(call.id());
      if (call.joins() > 0 && then != null && then.isLive() && then.joins() == call.joins()) {
        missing.add(then);
      }
    }
    return missing;
  }
}
