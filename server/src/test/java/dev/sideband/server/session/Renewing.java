package dev.sideband.server.session;

import dev.sideband.server.provider.FakeCreate;
import dev.sideband.server.provider.FakeSideband;
import dev.sideband.v1.Input;
import dev.sideband.v1.RenewRequest;
import dev.sideband.v1.RenewResponse;
import java.util.concurrent.CompletableFuture;

/**
 * A Renew of a {@link Live} conversation, its caller, and what was asked of the provider for it.
 */
record Renewing(
    Live live,
    Conversations.PendingAnswer<RenewResponse> pending,
    CompletableFuture<RenewResponse> answer) {
  static final String OFFER = "v=0\r\no=renewal\r\n";

  static Renewing of(Live live) {
    return of(live, "", OFFER);
  }

  static Renewing of(Live live, String requestId, String offer) {
    SessionWorld world = live.world();
    Conversations.PendingAnswer<RenewResponse> pending =
        world.conversations.renew(
            SessionWorld.ALICE,
            live.id(),
            RenewRequest.newBuilder()
                .setConversationId(live.id().toString())
                .setRequestId(requestId)
                .setSdpOffer(offer)
                .build());
    return new Renewing(live, pending, world.settled(pending.answer()));
  }

  /** The provider creates the call. */
  Renewing created(String callId) {
    FakeCreate create = live.world().provider.nextCreate();
    create.succeed(callId);
    live.world().settle();
    return this;
  }

  /** Its sideband, of which the next attempt is the first that was not taken yet. */
  Live joining() {
    return new Live(live.world(), live.id(), live.world().provider.nextSideband());
  }

  /** The sideband opens. */
  Live joined() {
    Live next = joining();
    next.sideband().open();
    live.world().settle();
    return next;
  }

  /** The caller reports media in the new call. */
  Renewing held() {
    live.sends(milestone(SessionWorld.get(answer).getCall()));
    return this;
  }

  static Input milestone(int call) {
    Input.Builder input = SessionWorld.milestone("dtls_connected").toBuilder();
    input.getClientMilestoneBuilder().setCall(call);
    return input.build();
  }

  /** The caller holds it, the sideband opens, and the provider confirms our session on it. */
  Live confirmed() {
    Live next = held().joined();
    next.hears("session.updated", Fates.configured());
    return next;
  }

  /** A conversation that goes on in its second call. */
  static Live renewed(Live live) {
    return of(live).created("rtc_2").confirmed();
  }

  static boolean isOpen(FakeSideband sideband) {
    return !sideband.isClosed();
  }
}
