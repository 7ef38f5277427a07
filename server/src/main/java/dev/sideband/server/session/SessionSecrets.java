package dev.sideband.server.session;

import com.google.protobuf.ByteString;
import dev.sideband.server.provider.CallId;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.store.v1.SecretsCheckpoint;
import dev.sideband.store.v1.StartRefusal;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a conversation's log entries say in private: the other half of {@link SessionState}.
 *
 * <p>Pure, like the state, and its owner's thread only. Never printed.
 */
final class SessionSecrets {
  private final Map<String, ByteString> fingerprints = new LinkedHashMap<>();
  private final AskedOptions options = new AskedOptions();
  private final CallIds calls = new CallIds();
  private ByteString startFingerprint = ByteString.EMPTY;
  private String owner = "";
  private String sdpAnswer = "";
  private Optional<StartRefusal> startRefusal = Optional.empty();

  /** Whether the private part of such an event says anything for here. */
  static boolean isToldWith(RealtimeEvent.PayloadCase payload) {
    return switch (payload) {
      case CONVERSATION_STARTED,
          CALL_CREATED,
          INPUT_ACCEPTED,
          CLIENT_MILESTONE_REACHED,
          START_FAILED,
          RENEWAL_FAILED,
          CONVERSATION_ENDING ->
          true;
      default -> false;
    };
  }

  /** Takes the next event, with its private part if {@link #isToldWith} such a one. */
  void evolve(RealtimeEvent event, PrivatePart part) {
    options.evolve(event);
    calls.evolve(event, part);
    switch (event.getPayloadCase()) {
      case CONVERSATION_STARTED -> {
        owner = part.getPrincipal().getName();
        options.started(part.getSession());
        startFingerprint = part.getRequestFingerprint();
      }
      case CALL_CREATED -> {
        if (sdpAnswer.isEmpty()) { // Start's; those of Renew are with their calls.
          sdpAnswer = part.getSdpAnswer();
        }
      }
      case INPUT_ACCEPTED ->
          remember(event.getInputAccepted().getInputId(), part.getRequestFingerprint());
      case CLIENT_MILESTONE_REACHED ->
          remember(event.getClientMilestoneReached().getInputId(), part.getRequestFingerprint());
      case START_FAILED, CONVERSATION_ENDING -> {
        if (part.hasStartRefusal()) {
          startRefusal = Optional.of(part.getStartRefusal());
        }
      }
      default -> {}
    }
  }

  private void remember(String inputId, ByteString fingerprint) {
    if (!fingerprint.isEmpty()) {
      fingerprints.put(inputId, fingerprint);
    }
  }

  String owner() {
    return owner;
  }

  /** Whose it is, as the log has it. */
  void own(String principal) {
    owner = principal;
  }

  /** As Start asked for it. */
  SessionOptions options() {
    return options.atStart();
  }

  /** With what was changed since. */
  SessionOptions effectiveOptions() {
    return options.now();
  }

  ByteString startFingerprint() {
    return startFingerprint;
  }

  /** Of the request that an input came with; empty if it came without an id. */
  ByteString fingerprintOf(String inputId) {
    return fingerprints.getOrDefault(inputId, ByteString.EMPTY);
  }

  /** Of the call in use. */
  Optional<CallId> callId() {
    return calls.current();
  }

  CallIds calls() {
    return calls;
  }

  String sdpAnswer() {
    return sdpAnswer;
  }

  /** What the callers of Start were told, if that was no answer. */
  Optional<StartRefusal> startRefusal() {
    return startRefusal;
  }

  SecretsCheckpoint checkpoint() {
    SecretsCheckpoint.Builder checkpoint =
        SecretsCheckpoint.newBuilder()
            .setStartFingerprint(startFingerprint)
            .setOwner(owner)
            .setSdpAnswer(sdpAnswer)
            .setOptions(options.checkpoint());
    startRefusal.ifPresent(checkpoint::setStartRefusal);
    calls.checkpoint(checkpoint);
    fingerprints.forEach(
        (id, sha256) ->
            checkpoint.addFingerprints(
                SecretsCheckpoint.Fingerprint.newBuilder().setInputId(id).setSha256(sha256)));
    return checkpoint.build();
  }

  /** Makes new ones what others were. */
  void restore(SecretsCheckpoint from) {
    startFingerprint = from.getStartFingerprint();
    owner = from.getOwner();
    sdpAnswer = from.getSdpAnswer();
    calls.restore(from);
    startRefusal = from.hasStartRefusal() ? Optional.of(from.getStartRefusal()) : Optional.empty();
    options.restore(from.getOptions());
    from.getFingerprintsList().forEach(known -> remember(known.getInputId(), known.getSha256()));
  }
}
