package dev.sideband.cli.talk;

import dev.sideband.cli.terminal.Texts;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.TranscriptDelta;

/**
 * Where a conversation stands just now: who speaks, what is not finished yet, how the sideband is.
 * One thread at a time.
 */
final class Moment {
  private static final int MOST_GROWING = 2_000;

  private final StringBuilder user = new StringBuilder();
  private final StringBuilder assistant = new StringBuilder();
  private String sideband = "";
  private int call = 1;
  private boolean configured;
  private boolean userSpeaks;
  private boolean responding;
  private boolean playing;
  private boolean over;

  /** Who is heard. */
  enum Speaker {
    /** Not even begun. */
    CONNECTING,
    NOBODY,
    USER,
    ASSISTANT,
    /** Nobody can be heard any more. */
    OVER
  }

  /**
   * One look at it.
   *
   * @param text what is being said and not finished; may be empty
   * @param sideband its state, in a word; empty when nothing is known of it
   */
  record Look(Speaker speaker, String text, String sideband) {}

  void accept(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case SIDEBAND_JOINING -> sideband = event.getCall() > call ? sideband : "joining";
      case SIDEBAND_JOINED -> sideband = event.getCall() > call ? sideband : "joined";
      case SIDEBAND_REJOINED -> {
        sideband = "joined";
        playing = false; // Its end may have been missed.
      }
      case CALL_RENEWED -> renewed(event.getCall());
      case SIDEBAND_LOST -> sideband = "lost";
      case SESSION_CONFIGURED -> configured = true;
      case CONVERSATION_ENDING -> sideband = "closing";
      default -> speech(event);
    }
  }

  /** What the old call had not finished is finished. */
  private void renewed(int next) {
    call = next;
    sideband = "joined";
    userSpeaks = false;
    responding = false;
    playing = false;
    user.setLength(0);
    assistant.setLength(0);
  }

  private void speech(RealtimeEvent event) {
    switch (event.getPayloadCase()) {
      case INPUT_SPEECH_STARTED -> userSpeaks = true;
      case INPUT_SPEECH_STOPPED -> userSpeaks = false;
      case RESPONSE_STARTED -> responding = true;
      case RESPONSE_COMPLETED -> {
        responding = false;
        assistant.setLength(0);
      }
      case PLAYBACK_STARTED -> playing = true;
      case PLAYBACK_STOPPED, PLAYBACK_CLEARED -> playing = false;
      case TRANSCRIPT_DELTA -> grow(event.getTranscriptDelta());
      case TRANSCRIPT_COMPLETED -> growing(event.getTranscriptCompleted().getRole()).setLength(0);
      case TRANSCRIPT_FAILED -> user.setLength(0);
      default -> {
        // Nothing that is heard.
      }
    }
  }

  private void grow(TranscriptDelta delta) {
    StringBuilder text = growing(delta.getRole());
    text.append(delta.getDelta());
    text.delete(0, Math.max(0, text.length() - MOST_GROWING));
  }

  private StringBuilder growing(Role role) {
    return role == Role.USER ? user : assistant;
  }

  /** Nothing comes any more. */
  void end() {
    over = true;
  }

  Look look() {
    return new Look(speaker(), Texts.oneLine(text().toString()), sideband);
  }

  private StringBuilder text() {
    return speaker() == Speaker.USER ? user : assistant;
  }

  private Speaker speaker() {
    if (over) {
      return Speaker.OVER;
    }
    if (userSpeaks) {
      return Speaker.USER;
    }
    if (responding || playing || assistant.length() > 0) {
      return Speaker.ASSISTANT;
    }
    if (user.length() > 0) {
      return Speaker.USER;
    }
    return configured ? Speaker.NOBODY : Speaker.CONNECTING;
  }
}
