package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Rules.KIB;
import static dev.sideband.server.rpc.Rules.holds;
import static dev.sideband.server.rpc.Rules.invalid;
import static dev.sideband.server.rpc.Rules.known;
import static dev.sideband.server.rpc.Rules.noLonger;
import static dev.sideband.server.rpc.Rules.notNegative;
import static dev.sideband.server.rpc.Rules.present;

import dev.sideband.server.session.Principal;
import dev.sideband.server.session.Principal.Role;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.AudioInput;
import dev.sideband.v1.ClientMilestone;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Input;
import dev.sideband.v1.RawJson;
import dev.sideband.v1.ResponseCreate;
import dev.sideband.v1.SessionUpdate;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an input must be before its conversation sees it: sizes, formats and roles. Whether it fits
 * the conversation's state is the session's to say. Immutable; any thread.
 */
final class InputRules {
  private static final int MAX_PCM = 32 * KIB;
  private static final Pattern MILESTONE = Pattern.compile("[a-z0-9_]{1,64}");

  private final StartRules sessions;
  private final Set<Integer> audioRates;

  /**
   * Makes the rules of a server.
   *
   * @param audioRates of the dialects spoken, in Hz
   */
  InputRules(StartRules sessions, Set<Integer> audioRates) {
    this.sessions = sessions;
    this.audioRates = Set.copyOf(audioRates);
  }

  void check(Principal principal, Input input) {
    switch (input.getKindCase()) {
      case TEXT -> {
        words("text.text", input.getText().getText(), 64 * KIB);
        known("text.role", input.getText().getRole());
      }
      case SPEECH -> words("speech.text", input.getSpeech().getText(), 16 * KIB);
      case AUDIO -> checkAudio(input.getAudio());
      case HANDOFF_OUTPUT -> {
        present("handoff_output.handoff_id", input.getHandoffOutput().getHandoffId());
        noLonger("handoff_output.text", input.getHandoffOutput().getText(), 64 * KIB);
        known("handoff_output.phase", input.getHandoffOutput().getPhase());
      }
      case HANDOFF_COMPLETE -> {
        present("handoff_complete.handoff_id", input.getHandoffComplete().getHandoffId());
        noLonger("handoff_complete.reason", input.getHandoffComplete().getReason(), KIB);
      }
      case TOOL_OUTPUT -> {
        present("tool_output.tool_call_id", input.getToolOutput().getToolCallId());
        noLonger("tool_output.output", input.getToolOutput().getOutput(), 256 * KIB);
      }
      case RESPONSE_CREATE -> checkResponse(principal, input.getResponseCreate());
      case RESPONSE_CANCEL -> {}
      case INTERRUPT -> {
        present("interrupt.item_id", input.getInterrupt().getItemId());
        notNegative("interrupt.played", input.getInterrupt().getPlayed());
      }
      case ITEM_DELETE -> present("item_delete.item_id", input.getItemDelete().getItemId());
      case BUFFER_CLEAR -> known("buffer_clear.direction", input.getBufferClear().getDirection());
      case SESSION_UPDATE -> checkUpdate(principal, input.getSessionUpdate());
      case CLIENT_MILESTONE -> checkMilestone(input.getClientMilestone());
      case RAW_JSON -> checkRaw(principal, input.getRawJson());
      case KIND_NOT_SET -> throw invalid("input", "empty (expected: a kind)");
    }
  }

  private static void words(String field, String text, int maxBytes) {
    present(field, text);
    noLonger(field, text, maxBytes);
  }

  private void checkAudio(AudioInput audio) {
    int bytes = audio.getPcm().size();
    if (bytes > MAX_PCM || bytes % 2 != 0) {
      throw unsupported(
          "audio.pcm: %d bytes (expected: at most %d, an even number)".formatted(bytes, MAX_PCM));
    }
    // A commit may come without sound, and then has no rate to name.
    boolean named = bytes > 0 || audio.getSampleRate() != 0;
    if (named && !audioRates.contains(audio.getSampleRate())) {
      throw unsupported(
          "audio.sample_rate: %s (expected: %s)"
              .formatted(Integer.toUnsignedString(audio.getSampleRate()), audioRates));
    }
    holds(bytes > 0 || audio.getCommit(), "audio.pcm", "empty (expected: sound, or commit)");
  }

  private static SessionException unsupported(String message) {
    return new SessionException(ErrorCode.AUDIO_FORMAT_UNSUPPORTED, message);
  }

  private static void checkResponse(Principal principal, ResponseCreate response) {
    noLonger("response_create.instructions", response.getInstructions(), 256 * KIB);
    known("response_create.output_modality", response.getOutputModality());
    holds(
        response.getMaxOutputTokens() >= 0 && response.getMaxOutputTokens() <= 4096,
        "response_create.max_output_tokens",
        "too many (expected: 1 to 4096, or 0)");
    if (response.hasOverrides()) {
      Rules.role(principal, Role.PROVIDER_CONTROL, "response_create.overrides");
    }
  }

  private void checkUpdate(Principal principal, SessionUpdate update) {
    holds(update.hasSession(), "session_update.session", "not set (expected: what changes)");
    holds(
        update.getSession().getModel().isEmpty() && update.getSession().getDialect().isEmpty(),
        "session_update.session",
        "model and dialect cannot change (expected: neither)");
    sessions.checkSession(principal, update.getSession());
  }

  private static void checkMilestone(ClientMilestone milestone) {
    holds(
        MILESTONE.matcher(milestone.getName()).matches(),
        "client_milestone.name",
        "not a name (expected: 1 to 64 characters of [a-z0-9_])");
    notNegative("client_milestone.elapsed", milestone.getElapsed());
    notNegative("client_milestone.total", milestone.getTotal());
  }

  private static void checkRaw(Principal principal, RawJson raw) {
    Rules.role(principal, Role.PROVIDER_CONTROL, "raw_json");
    words("raw_json.json", raw.getJson(), 256 * KIB);
    String json = raw.getJson().strip();
    // The provider's adapter reads it; here only what could not even be an object is kept out.
    holds(
        json.startsWith("{") && json.endsWith("}"),
        "raw_json.json",
        "not an object (expected: an object with a \"type\")");
  }
}
