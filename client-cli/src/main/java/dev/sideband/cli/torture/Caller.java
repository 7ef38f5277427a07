package dev.sideband.cli.torture;

import dev.sideband.cli.server.Outcome;
import dev.sideband.cli.server.ServerLink;
import dev.sideband.cli.torture.Evidence.Told;
import dev.sideband.v1.Input;
import dev.sideband.v1.SendRequest;
import dev.sideband.v1.SendResponse;
import dev.sideband.v1.StartResponse;
import dev.sideband.v1.StopRequest;
import dev.sideband.v1.StopResponse;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

/**
 * One place in which a conversation is always held, as a client does that wants nothing lost: each
 * request is sent again under its request id until its outcome is known. Without media it hangs up
 * now and then and calls again.
 *
 * <p><b>Threads.</b> {@link #run} has one of its own.
 */
final class Caller implements Runnable {
  private static final int MOST_INPUTS = 160;
  private static final int AGAIN_AFTER_MS = 40;
  private static final int AFTER_REFUSAL_MS = 500;

  private final Stage stage;
  private final Random random;
  private final int place;
  private final Optional<MediaLeg> leg;

  /** Holds conversations on a stage; with a leg, one conversation through it. */
  Caller(Stage stage, int place, Random random, Optional<MediaLeg> leg) {
    this.stage = stage;
    this.place = place;
    this.random = random;
    this.leg = leg;
  }

  @Override
  public void run() {
    boolean held = false;
    while (!stage.quiet().isRaised() && !(held && leg.isPresent())) {
      Optional<StartResponse> started = start(leg.map(MediaLeg::offer).orElse(Starts.OFFER));
      if (started.isPresent()) {
        held = true;
        hold(started.get());
      } else {
        stage.quiet().isRaisedWithin(AFTER_REFUSAL_MS);
      }
    }
    if (leg.isPresent() && !held) {
      stage.trouble("a media leg never found a call");
    }
  }

  private Optional<StartResponse> start(String offer) {
    var request = Starts.request(uuid(), offer, place);
    Outcome<StartResponse> outcome = insist(link -> link.tryStart(request));
    outcome.answer().ifPresent(answer -> stage.ledger().started(answer.getConversationId()));
    return outcome.answer();
  }

  private void hold(StartResponse started) {
    String id = started.getConversationId();
    Talk talk = new Talk(random);
    stage.observe(id, random, talk::accept);
    if (leg.isPresent() && !leg.get().accept(started.getSdpAnswer())) {
      stage.trouble("a media leg did not connect");
    }
    int inputs = leg.isPresent() ? Integer.MAX_VALUE : 20 + random.nextInt(MOST_INPUTS);
    while (inputs-- > 0 && !talk.isEnding() && !stage.quiet().isRaisedWithin(pace())) {
      send(id, talk.next(uuid()));
    }
    if (stage.quiet().isRaised()) {
      stage.stopLater(id);
    } else {
      stop(id);
    }
  }

  private long pace() {
    return 40L + random.nextInt(320);
  }

  private void send(String conversationId, Input input) {
    SendRequest request =
        SendRequest.newBuilder()
            .setConversationId(conversationId)
            .setRequestId(uuid())
            .setInput(input)
            .build();
    Outcome<SendResponse> outcome = insist(link -> link.trySend(request));
    String marker = Markers.of(input);
    stage
        .ledger()
        .add(
            outcome
                .answer()
                .map(
                    answer ->
                        new Told(conversationId, marker, answer.getInputId(), answer.getSequence()))
                .orElse(new Told(conversationId, marker, "", 0)));
  }

  private void stop(String conversationId) {
    StopRequest request = StopRequest.newBuilder().setConversationId(conversationId).build();
    Outcome<StopResponse> outcome = insist(link -> link.tryStop(request));
    if (outcome.answer().isEmpty()) {
      stage.trouble("a stop was refused: " + outcome.refusal());
    }
  }

  /** Asks until the outcome is known, whatever happens to servers meanwhile. */
  private <T> Outcome<T> insist(Function<ServerLink, Outcome<T>> request) {
    Outcome<T> outcome = new Outcome<>(Optional.empty(), "NEVER_ASKED", false);
    while (!outcome.isFinal() && !stage.over().isRaised()) {
      outcome = stage.server().awaitLink(stage.over()).map(request).orElse(outcome);
      if (!outcome.isFinal()) {
        stage.over().isRaisedWithin(AGAIN_AFTER_MS);
      }
    }
    return outcome;
  }

  /** By the seed, so that the same seed asks for the same. */
  private String uuid() {
    return new UUID(
            (random.nextLong() & ~0xF000L) | 0x4000L,
            (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L)
        .toString();
  }
}
