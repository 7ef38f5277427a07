package dev.sideband.server.session;

import com.google.protobuf.ByteString;
import dev.sideband.server.provider.CallId;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.store.v1.SecretsCheckpoint;
import dev.sideband.store.v1.StartRefusal;
import dev.sideband.v1.ConversationEnded.HangUp;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.RenewResponse;
import dev.sideband.v1.RenewalFailed;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The provider's names of a conversation's calls, as long as they are not known to be hung up, and
 * what the callers of Renew were told.
 *
 * <p>Part of {@link SessionSecrets}: pure, and its owner's thread only.
 */
final class CallIds {

  /**
   * The outcome of a Renew that came with a request_id: one of the two.
   *
   * @param fingerprint of the request
   */
  record Renewed(
      ByteString fingerprint, Optional<RenewResponse> answer, Optional<StartRefusal> refusal) {}

  private final Map<Integer, CallId> ids = new TreeMap<>();
  private final Map<String, Renewed> renewals = new LinkedHashMap<>();
  private int current;
  private int latest;

  /** Takes the next event, with its private part. */
  void evolve(RealtimeEvent event, PrivatePart part) {
    switch (event.getPayloadCase()) {
      case CALL_CREATED -> created(event, part);
      case CALL_RENEWED -> current = event.getCallRenewed().getCall();
      case RENEWAL_FAILED -> {
        if (part.hasStartRefusal()) {
          remember(part, Optional.empty(), Optional.of(part.getStartRefusal()));
        } else {
          forget(event.getRenewalFailed());
        }
      }
      case CALL_RETIRED -> {
        if (event.getCallRetired().getHangUp() != HangUp.NOT_CONFIRMED) {
          ids.remove(event.getCallRetired().getCall());
        }
      }
      default -> {}
    }
  }

  private void created(RealtimeEvent event, PrivatePart part) {
    latest++;
    if (!part.getCallId().isEmpty()) { // It has none where private parts were left out.
      ids.put(latest, new CallId(part.getCallId()));
    }
    if (current == 0) {
      current = latest;
    } else {
      RenewResponse answer =
          RenewResponse.newBuilder()
              .setSdpAnswer(part.getSdpAnswer())
              .setSequence(event.getSequence())
              .setCall(latest)
              .build();
      remember(part, Optional.of(answer), Optional.empty());
    }
  }

  private void remember(
      PrivatePart part, Optional<RenewResponse> answer, Optional<StartRefusal> refusal) {
    if (!part.getRequestId().isEmpty()) {
      renewals.put(
          canonical(part.getRequestId()),
          new Renewed(part.getRequestFingerprint(), answer, refusal));
    }
  }

  /** The answer that was given leads to a call that is hung up: whoever repeats it is told so. */
  private void forget(RenewalFailed failed) {
    StartRefusal refusal =
        StartRefusal.newBuilder().setCode(failed.getCode()).setMessage(failed.getMessage()).build();
    renewals.replaceAll(
        (requestId, renewed) ->
            renewed.answer().filter(answer -> answer.getCall() == failed.getCall()).isPresent()
                ? new Renewed(renewed.fingerprint(), Optional.empty(), Optional.of(refusal))
                : renewed);
  }

  /** A UUID is the same in either case of letters. */
  private static String canonical(String requestId) {
    return requestId.toLowerCase(Locale.ROOT);
  }

  /** Of the call in use. */
  Optional<CallId> current() {
    return of(current);
  }

  /** Of one that is not known to be hung up. */
  Optional<CallId> of(int call) {
    return Optional.ofNullable(ids.get(call));
  }

  /** What became of the Renew of this id, if the log knows. */
  Optional<Renewed> renewal(String requestId) {
    return Optional.ofNullable(renewals.get(canonical(requestId)));
  }

  /** Adds itself to a checkpoint. */
  void checkpoint(SecretsCheckpoint.Builder checkpoint) {
    checkpoint.setCurrentCall(current).setLatestCall(latest);
    ids.forEach(
        (call, id) ->
            checkpoint.addCallIds(
                SecretsCheckpoint.CallId.newBuilder().setCall(call).setId(id.value())));
    renewals.forEach(
        (requestId, renewed) -> {
          SecretsCheckpoint.Renewed.Builder told =
              SecretsCheckpoint.Renewed.newBuilder()
                  .setRequestId(requestId)
                  .setSha256(renewed.fingerprint());
          renewed.answer().ifPresent(told::setAnswer);
          renewed.refusal().ifPresent(told::setRefusal);
          checkpoint.addRenewals(told);
        });
  }

  void restore(SecretsCheckpoint from) {
    current = from.getCurrentCall();
    latest = from.getLatestCall();
    for (SecretsCheckpoint.CallId known : from.getCallIdsList()) {
      ids.put(known.getCall(), new CallId(known.getId()));
    }
    for (SecretsCheckpoint.Renewed told : from.getRenewalsList()) {
      renewals.put(
          told.getRequestId(),
          new Renewed(
              told.getSha256(),
              told.hasAnswer() ? Optional.of(told.getAnswer()) : Optional.empty(),
              told.hasRefusal() ? Optional.of(told.getRefusal()) : Optional.empty()));
    }
  }
}
