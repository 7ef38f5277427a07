package dev.sideband.server.provider;

import dev.sideband.v1.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A provider in memory, driven by hand: nothing happens until the test says so, except that
 * hang-ups succeed at once unless they are {@linkplain #holdHangUps held}.
 *
 * <p>What was asked is recorded, and handed out twice: as lists, for looking back, and by the
 * {@code next...} methods, which wait up to 10 s for the next one that was not taken yet.
 *
 * <p><b>Threads.</b> Any. Stages complete and listeners are called on the thread that made it
 * happen; calls of one listener never overlap and never nest.
 */
public final class FakeProvider implements RealtimeProvider {

  /** What it speaks unless told otherwise. */
  public static final Dialect DIALECT =
      new Dialect(
          "openai-realtime",
          List.of("alloy", "cedar", "marin"),
          "marin",
          "gpt-realtime",
          "scribe",
          24_000);

  private static final long PATIENCE_SECONDS = 10;

  private final List<Dialect> dialects;
  private final List<FakeCreate> creates = new ArrayList<>();
  private final List<FakeHangUp> hangUps = new ArrayList<>();
  private final List<FakeSideband> sidebands = new ArrayList<>();
  private final BlockingQueue<FakeCreate> newCreates = new LinkedBlockingQueue<>();
  private final BlockingQueue<FakeHangUp> newHangUps = new LinkedBlockingQueue<>();
  private final BlockingQueue<FakeSideband> newSidebands = new LinkedBlockingQueue<>();
  private boolean holdsHangUps;
  private boolean failsHangUps;
  private HangUpOutcome hangUpAnswer = HangUpOutcome.HUNG_UP;
  private boolean closed;

  public FakeProvider() {
    this(List.of(DIALECT));
  }

  public FakeProvider(List<Dialect> dialects) {
    this.dialects = List.copyOf(dialects);
  }

  // ---- what the code under test sees ----

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public List<Dialect> dialects() {
    return dialects;
  }

  @Override
  public CompletionStage<CreatedCall> createCall(CallRequest request) {
    synchronized (this) {
      if (!closed) {
        FakeCreate create = new FakeCreate(request);
        creates.add(create);
        newCreates.add(create);
        return create.outcome();
      }
    }
    return CompletableFuture.failedStage(isClosed());
  }

  @Override
  public CompletionStage<HangUpOutcome> hangUp(CallId call) {
    FakeHangUp hangUp = new FakeHangUp(call);
    boolean held;
    boolean fails;
    HangUpOutcome answer;
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedStage(isClosed());
      }
      held = holdsHangUps;
      fails = failsHangUps;
      answer = hangUpAnswer;
      hangUps.add(hangUp);
      newHangUps.add(hangUp);
    }
    if (fails) {
      hangUp.fail(ProviderException.Kind.UNREACHABLE);
    } else if (!held) {
      hangUp.succeed(answer);
    }
    return hangUp.outcome();
  }

  @Override
  public Sideband join(CallId call, SidebandListener listener) {
    return begin(new FakeSideband(Optional.of(call), Optional.empty(), listener));
  }

  @Override
  public Sideband connect(SessionOptions session, SidebandListener listener) {
    return begin(new FakeSideband(Optional.empty(), Optional.of(session), listener));
  }

  private FakeSideband begin(FakeSideband sideband) {
    boolean refused;
    synchronized (this) {
      refused = closed;
      if (!refused) {
        sidebands.add(sideband);
        newSidebands.add(sideband);
      }
    }
    if (refused) {
      sideband.close();
    }
    return sideband;
  }

  /** Creates in flight time out, sidebands close as LOCAL, later requests fail. */
  @Override
  public void close() {
    List<FakeCreate> creating;
    List<FakeHangUp> hangingUp;
    List<FakeSideband> open;
    synchronized (this) {
      closed = true;
      creating = List.copyOf(creates);
      hangingUp = List.copyOf(hangUps);
      open = List.copyOf(sidebands);
    }
    creating.forEach(create -> create.fail(ProviderException.Kind.TIMED_OUT));
    hangingUp.forEach(hangUp -> hangUp.fail(ProviderException.Kind.TIMED_OUT));
    open.forEach(FakeSideband::close);
  }

  // ---- what the test sees ----

  /** From now on a hang-up is answered by hand. */
  public synchronized void holdHangUps() {
    holdsHangUps = true;
  }

  /** From now on a hang-up is answered at once, as if none had ever been held or failed. */
  public synchronized void answerHangUps() {
    holdsHangUps = false;
    failsHangUps = false;
  }

  /** From now on a hang-up fails at once, UNREACHABLE. */
  public synchronized void failHangUps() {
    failsHangUps = true;
  }

  /** From now on a hang-up that neither is held nor fails is answered ALREADY_GONE. */
  public synchronized void forgetCalls() {
    hangUpAnswer = HangUpOutcome.ALREADY_GONE;
  }

  /** Every create asked for, in order. */
  public synchronized List<FakeCreate> creates() {
    return List.copyOf(creates);
  }

  /** Every hang-up asked for, in order. */
  public synchronized List<FakeHangUp> hangUps() {
    return List.copyOf(hangUps);
  }

  /** Every join and connect asked for, in order. */
  public synchronized List<FakeSideband> sidebands() {
    return List.copyOf(sidebands);
  }

  /** The next create that was not taken yet. */
  public FakeCreate nextCreate() {
    return next(newCreates, "create");
  }

  /** The next hang-up that was not taken yet. */
  public FakeHangUp nextHangUp() {
    return next(newHangUps, "hang-up");
  }

  /** The next join or connect that was not taken yet. */
  public FakeSideband nextSideband() {
    return next(newSidebands, "join");
  }

  private static <T> T next(BlockingQueue<T> asked, String what) {
    try {
      T next = asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no " + what + " within " + PATIENCE_SECONDS + " s");
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a " + what, e);
    }
  }

  private static ProviderException isClosed() {
    return new ProviderException(ProviderException.Kind.UNREACHABLE, "provider: closed");
  }
}
