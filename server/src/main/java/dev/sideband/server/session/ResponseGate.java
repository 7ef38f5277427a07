package dev.sideband.server.session;

import dev.sideband.server.provider.ProviderCommand;
import dev.sideband.v1.InputMerged;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.ResponseCreate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets one response at a time be asked for: a wish that comes while one is active waits its turn,
 * and several that wait become one, the latest.
 *
 * <p><b>States.</b> Idle; asked (a create is on its way, and {@code response.created} is still to
 * come); active. In the last two one wish may wait.
 *
 * <p>The provider may begin a response by itself (server VAD) just before our create arrives; it
 * then refuses ours as RESPONSE_ACTIVE, and the wish waits again.
 *
 * <p><b>Threads.</b> The coordinator's only.
 */
final class ResponseGate {

  /** A wish for a response: an input's own ("response_create"), or what follows from another. */
  private record Wish(String inputId, ResponseCreate options) {
    private boolean isInput() {
      return !inputId.isEmpty();
    }

    private String eventId() {
      return isInput() ? inputId : "response";
    }
  }

  private final Session session;
  private @Nullable Wish waiting;
  private @Nullable Wish asked;
  private @Nullable Wish presumed;
  private boolean active;

  ResponseGate(Session session) {
    this.session = session;
  }

  /** A wish that follows from an input of another kind. */
  void want(ResponseCreate options) {
    want("", options);
  }

  /** The wish of a response_create input. */
  void want(String inputId, ResponseCreate options) {
    Wish wish = new Wish(inputId, options);
    if (active || asked != null) {
      await(wish);
    } else {
      ask(wish);
    }
  }

  private void await(Wish wish) {
    Wish earlier = waiting;
    if (earlier == null) {
      waiting = wish;
    } else if (!wish.isInput()) {
      return; // The earlier wish is as good, and may have instructions of its own.
    } else {
      waiting = wish;
      if (earlier.isInput()) {
        merged(earlier.inputId(), wish.inputId());
      }
    }
  }

  private void ask(Wish wish) {
    asked = wish;
    ProviderCommand command = new ProviderCommand.CreateResponse(wish.eventId(), wish.options());
    if (wish.isInput()) {
      session.outbox().sendOnce(wish.inputId(), command);
    } else {
      session.link().send(command);
    }
  }

  /**
   * The sideband is gone. A create that was on its way may have arrived or not, and is not
   * repeated; of a response that was active the end may be missed, so it blocks nobody: if it is
   * still active, the provider refuses the next create, which then waits for its end.
   */
  void onLost() {
    asked = null;
    presumed = null;
    active = false;
  }

  /**
   * The sideband is back: what waited for a response that is not known of any more is asked for.
   */
  void onRejoined() {
    askWaiting();
  }

  /** Takes up what an earlier process left: a response that was still to be asked for. */
  void resume() {
    if (session.state().responses().isOwed()) {
      waiting = new Wish("", ResponseCreate.getDefaultInstance());
    }
  }

  private void merged(String inputId, String into) {
    session
        .journal()
        .add(
            RealtimeEvent.newBuilder()
                .setInputMerged(InputMerged.newBuilder().setInputId(inputId).setIntoInputId(into)));
  }

  /**
   * A response began.
   *
   * @return the input that it acknowledges, if it is one's
   */
  Optional<String> onStarted() {
    Wish wish = asked;
    asked = null;
    presumed = wish;
    active = true;
    return wish != null && wish.isInput() ? Optional.of(wish.inputId()) : Optional.empty();
  }

  /** The active response is done. */
  void onCompleted() {
    active = false;
    presumed = null;
    askWaiting();
  }

  /**
   * The provider refused a create because another response is active.
   *
   * <p>That other one may have been taken for ours: its {@code response.created} came first. Then
   * the wish, whose input counts as acknowledged, waits again without it.
   */
  void onRefusedAsActive(String eventId) {
    active = true;
    Wish refused = null;
    if (isNamed(asked, eventId)) {
      refused = asked;
      asked = null;
    } else if (isNamed(presumed, eventId)) {
      refused = presumed == null ? null : new Wish("", presumed.options());
      presumed = null;
    }
    if (refused != null) {
      Wish later = waiting;
      waiting = refused;
      if (later != null) {
        await(later);
      }
    }
  }

  /** The provider refused our create for another reason. */
  void onRefused() {
    asked = null;
    if (!active) {
      askWaiting();
    }
  }

  /** Whether no create is on its way. */
  boolean isIdle() {
    return asked == null;
  }

  /** Whether this id of ours named the create that is on its way. */
  boolean isAsked(String eventId) {
    return isNamed(asked, eventId);
  }

  private static boolean isNamed(@Nullable Wish wish, String eventId) {
    return wish != null && eventId.equals(wish.eventId());
  }

  private void askWaiting() {
    Wish next = waiting;
    if (next != null && asked == null) {
      waiting = null;
      ask(next);
    }
  }
}
