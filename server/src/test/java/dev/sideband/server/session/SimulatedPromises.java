package dev.sideband.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sideband.server.log.ConversationId;
import dev.sideband.server.log.Head;
import dev.sideband.server.log.HeadQuery;
import dev.sideband.server.provider.CallId;
import dev.sideband.server.provider.FakeSideband;
import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.server.session.SessionWorld.Starting;
import dev.sideband.v1.ConversationState;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RealtimeEvent.PayloadCase;
import dev.sideband.v1.SendResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** What must hold in every history: always, when it has recovered, and in the end. */
final class SimulatedPromises {
  private final SessionWorld world;
  private final SimulatedProvider provider;
  private final SimulatedRenewals renewals;
  private final SimulatedHangUps hangUps;
  private final boolean readsAgain;

  /**
   * @param readsAgain whether states are also read from the log and compared
   */
  SimulatedPromises(
      SessionWorld world,
      SimulatedProvider provider,
      SimulatedRenewals renewals,
      SimulatedHangUps hangUps,
      boolean readsAgain) {
    this.world = world;
    this.provider = provider;
    this.renewals = renewals;
    this.hangUps = hangUps;
    this.readsAgain = readsAgain;
  }

  void checkAlways(
      List<Starting> starts, Map<CompletableFuture<SendResponse>, ConversationId> sends) {
    for (ConversationId id : ids()) {
      List<RealtimeEvent> events = world.events(id);
      for (int i = 0; i < events.size(); i++) {
        assertThat(events.get(i).getSequence()).isEqualTo(i + 1);
      }
      List<PayloadCase> story = world.story(id);
      assertThat(story.get(0)).isEqualTo(PayloadCase.CONVERSATION_STARTED);
      int end = story.indexOf(PayloadCase.CONVERSATION_ENDED);
      assertThat(end).isIn(-1, story.size() - 1);
      assertThat(count(story, PayloadCase.CONVERSATION_ENDING)).isLessThanOrEqualTo(1);
      GapChecks.checkAlways(events);
      renewals.check(id);
      if (readsAgain) {
        ReplayedStates.requireAlike(world, id);
      }
    }
    for (Starting start : starts) {
      if (start.answer().isDone() && !start.answer().isCompletedExceptionally()) {
        assertThat(world.story(SessionWorld.idOf(start))).contains(PayloadCase.CALL_CREATED);
      }
    }
    sends.forEach(this::checkReply);
    checkNothingSentTooSoon();
  }

  private void checkNothingSentTooSoon() {
    Set<String> accepted =
        ids().stream()
            .flatMap(id -> world.events(id).stream())
            .filter(RealtimeEvent::hasInputAccepted)
            .map(event -> event.getInputAccepted().getInputId())
            .collect(Collectors.toSet());
    for (FakeSideband sideband : provider.opened()) {
      assertThat(Fates.itemsSent(sideband))
          .allMatch(item -> SeedBook.isSeed(item) || accepted.contains(item));
    }
  }

  /** When all that can go on did so. */
  void checkRecovered() {
    for (ConversationId id : ids()) {
      StoredConversation stored = StoredConversation.read(world.log, id).orElseThrow();
      SessionState state = stored.state();
      if (readsAgain) {
        ReplayedStates.requireEqual(world, id);
      }
      assertThat(state.inputs().pendingCount()).as("inputs without a fate").isZero();
      if (!state.isEnding()) {
        assertThat(state.phase()).isEqualTo(ConversationState.Phase.LIVE);
        GapChecks.checkRecovered(
            world.events(id), provider.items(stored.secrets().callId().orElseThrow()));
        checkKnown(id, stored);
      }
      for (RealtimeEvent event : world.events(id)) {
        if (event.hasInputAcknowledged()) {
          checkArrived(id, event.getInputAcknowledged().getInputId());
        }
      }
    }
  }

  /** Every text is in the call in use: as itself, or told it as what was said. */
  private void checkKnown(ConversationId id, StoredConversation stored) {
    long texts =
        world.events(id).stream()
            .filter(event -> event.getInputAccepted().getInput().hasText())
            .count();
    assertThat(provider.items(stored.secrets().callId().orElseThrow()).messages())
        .as("texts in the call in use")
        .isEqualTo(texts);
  }

  private void checkArrived(ConversationId id, String inputId) {
    if (provider.arrivals(inputId) == 0) { // Else it asked for a response.
      assertThat(renewals.calls(id)).anyMatch(call -> provider.hasItem(call, inputId));
    }
  }

  private void checkReply(CompletableFuture<SendResponse> reply, ConversationId id) {
    if (reply.isDone() && !reply.isCompletedExceptionally()) {
      RealtimeEvent event = world.events(id).get((int) reply.join().getSequence() - 1);
      assertThat(event.getInputAccepted().getInputId()).isEqualTo(reply.join().getInputId());
    }
  }

  /** When all is stopped. */
  void checkFinally(List<Starting> starts, Set<CompletableFuture<SendResponse>> sends) {
    for (ConversationId id : ids()) {
      assertThat(world.story(id)).endsWith(PayloadCase.CONVERSATION_ENDED);
      SimulatedHangUps.checkOutcomes(id, world.events(id));
    }
    assertThat(starts).allSatisfy(start -> assertThat(start.answer()).isDone());
    assertThat(sends).allSatisfy(reply -> assertThat(reply).isDone());
    renewals.checkAllTold();
    hangUps.checkHungUp(recordedCalls());
    for (FakeSideband sideband : provider.opened()) {
      assertThat(sideband.isClosed()).as("no sideband is left open").isTrue();
      if (!sideband.commands().isEmpty()) {
        assertThat(sideband.commands().get(0)).isInstanceOf(ProviderCommand.UpdateSession.class);
      }
    }
    for (ConversationId id : ids()) {
      for (RealtimeEvent event : world.events(id)) {
        if (event.hasInputAccepted()) {
          assertThat(provider.arrivals(event.getInputAccepted().getInputId())).isLessThan(2);
        }
      }
    }
  }

  private Set<CallId> recordedCalls() {
    return ids().stream().flatMap(id -> renewals.calls(id).stream()).collect(Collectors.toSet());
  }

  private static long count(List<PayloadCase> story, PayloadCase payload) {
    return story.stream().filter(payload::equals).count();
  }

  /** How many there are in all conversations. */
  long count(PayloadCase payload) {
    return ids().stream().mapToLong(id -> count(world.story(id), payload)).sum();
  }

  /** Of all conversations. */
  List<ConversationId> ids() {
    return world.log.heads(new HeadQuery(Optional.empty(), false, Optional.empty(), 100)).stream()
        .map(Head::conversation)
        .toList();
  }
}
