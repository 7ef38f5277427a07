package dev.sideband.server.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.sideband.server.log.LogEntry;
import dev.sideband.store.v1.Principal;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.CallCreated;
import dev.sideband.v1.ClientMilestoneReached;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.EffectiveSession;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.ErrorOccurred;
import dev.sideband.v1.HandoffCompleted;
import dev.sideband.v1.HandoffRequested;
import dev.sideband.v1.Input;
import dev.sideband.v1.InputAccepted;
import dev.sideband.v1.InputAcknowledged;
import dev.sideband.v1.InputSent;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.Role;
import dev.sideband.v1.SessionConfigured;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.SidebandJoined;
import dev.sideband.v1.SidebandJoining;
import dev.sideband.v1.SidebandLost;
import dev.sideband.v1.SidebandRejoined;
import dev.sideband.v1.ToolCallRequested;
import dev.sideband.v1.TranscriptCompleted;
import dev.sideband.v1.TranscriptDelta;
import dev.sideband.v1.Usage;
import dev.sideband.v1.UsageRecorded;
import java.util.ArrayList;
import java.util.List;

/** One small conversation that never changes, with something for every part of a state. */
final class KnownHistory {
  /** {@link Checkpoints#FORMAT}, and the beginning of the SHA-256 of its checkpoint. */
  static final String GIVES = "4: 846394ebf7addd26";

  private static final ByteString PRINT = ByteString.copyFromUtf8("fingerprint");

  private final List<LogEntry> entries = new ArrayList<>();

  private KnownHistory() {}

  static List<LogEntry> entries() {
    KnownHistory history = new KnownHistory();
    history.starts();
    history.talks();
    history.isLostAndRejoined();
    return history.entries;
  }

  private static RealtimeEvent.Builder event() {
    return RealtimeEvent.newBuilder();
  }

  private void add(RealtimeEvent.Builder event) {
    add(event, PrivatePart.newBuilder());
  }

  private void add(RealtimeEvent.Builder event, PrivatePart.Builder part) {
    long sequence = entries.size() + 1L;
    event.setSequence(sequence).setTime(Timestamp.newBuilder().setSeconds(1_000 + sequence));
    entries.add(new LogEntry(event.build().toByteArray(), part.build().toByteArray()));
  }

  private void starts() {
    SessionOptions options = SessionOptions.newBuilder().setInstructions("be kind").build();
    add(
        event()
            .setConversationId("conversation")
            .setTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .setConversationStarted(ConversationStarted.newBuilder().setVoice("marin")),
        PrivatePart.newBuilder()
            .setPrincipal(Principal.newBuilder().setName("ann"))
            .setSession(options)
            .setRequestFingerprint(PRINT));
    add(
        event().setCallCreated(CallCreated.newBuilder().setModel("model")),
        PrivatePart.newBuilder().setCallId("rtc_1").setSdpAnswer("v=0"));
    joins(1);
    add(
        event()
            .setAttachment(1)
            .setSessionConfigured(
                SessionConfigured.newBuilder()
                    .setSession(EffectiveSession.newBuilder().setTranscriptionModel("scribe"))));
    add(
        event()
            .setClientMilestoneReached(
                ClientMilestoneReached.newBuilder().setName("ice_connected").setInputId("in_0")),
        PrivatePart.newBuilder().setRequestFingerprint(PRINT));
  }

  private void joins(int attachment) {
    add(
        event()
            .setAttachment(attachment)
            .setSidebandJoining(SidebandJoining.newBuilder().setAttempt(1)));
    add(
        event()
            .setAttachment(attachment)
            .setSidebandJoined(SidebandJoined.newBuilder().setAttempt(1)));
  }

  private void talks() {
    accepts("in_1", SessionWorld.text("hello"));
    add(event().setInputSent(InputSent.newBuilder().setInputId("in_1")));
    add(event().setInputAcknowledged(InputAcknowledged.newBuilder().setInputId("in_1")));
    accepts("in_2", Fates.sessionUpdate("be brief"));
    add(event().setInputSent(InputSent.newBuilder().setInputId("in_2")));
    accepts("in_3", SessionWorld.text("more"));
    add(Fates.started("resp_1").setAttachment(1).setProviderEventId("event_1"));
    add(Fates.added("item_1"));
    TranscriptDelta.Builder said =
        TranscriptDelta.newBuilder().setItemId("item_1").setRole(Role.ASSISTANT);
    add(event().setTranscriptDelta(said.setDelta("hel")));
    add(event().setTranscriptDelta(said.setItemId("item_2").setDelta("and")));
    add(
        event()
            .setTranscriptCompleted(
                TranscriptCompleted.newBuilder().setItemId("item_1").setText("hello")));
    add(event().setToolCallRequested(ToolCallRequested.newBuilder().setToolCallId("tool_1")));
    add(event().setHandoffRequested(HandoffRequested.newBuilder().setHandoffId("handoff_1")));
    add(event().setHandoffRequested(HandoffRequested.newBuilder().setHandoffId("handoff_2")));
    add(event().setHandoffCompleted(HandoffCompleted.newBuilder().setHandoffId("handoff_1")));
    add(
        event()
            .setUsageRecorded(
                UsageRecorded.newBuilder().setTotal(Usage.newBuilder().setInputTokens(7))));
    add(
        event()
            .setErrorOccurred(
                ErrorOccurred.newBuilder().setCode(ErrorCode.PROVIDER_ERROR).setMessage("no")));
  }

  private void accepts(String inputId, Input input) {
    add(
        event().setInputAccepted(InputAccepted.newBuilder().setInputId(inputId).setInput(input)),
        PrivatePart.newBuilder().setRequestFingerprint(PRINT));
  }

  private void isLostAndRejoined() {
    add(
        event()
            .setAttachment(1)
            .setSidebandLost(SidebandLost.newBuilder().setCause(SidebandLost.Cause.RESET)));
    joins(2);
    add(event().setAttachment(2).setSidebandRejoined(SidebandRejoined.getDefaultInstance()));
    add(Fates.started("resp_2").setAttachment(2));
  }
}
