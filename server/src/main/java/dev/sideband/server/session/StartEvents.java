package dev.sideband.server.session;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.sideband.server.provider.CreatedCall;
import dev.sideband.store.v1.PrivatePart;
import dev.sideband.v1.CallCreated;
import dev.sideband.v1.ConversationStarted;
import dev.sideband.v1.Limits;
import dev.sideband.v1.RealtimeEvent;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.Timing;
import dev.sideband.v1.TransportKind;

/** A conversation's first event, public and private half, and that of its calls. */
final class StartEvents {
  private StartEvents() {}

  static RealtimeEvent.Builder started(StartCommand command, SessionConfig config) {
    SessionOptions options = command.options();
    ConversationStarted.Builder started =
        ConversationStarted.newBuilder()
            .setDialect(options.getDialect())
            .setTransport(
                command.request().getTransport().hasWebRtc()
                    ? TransportKind.WEB_RTC
                    : TransportKind.WEB_SOCKET)
            .setModel(options.getModel())
            .setVoice(options.getVoice())
            .setOutputModality(options.getOutputModality())
            .setLimits(limits(command.request().getLimits(), config))
            .putAllMetadata(command.request().getMetadataMap())
            .setReportsMedia(command.request().getReportsMedia())
            .setTranscriptionOnly(options.getTranscriptionOnly());
    if (options.getHandoff().getEnabled()) {
      started.setHandoffTool(options.getHandoff().getToolName());
    }
    return RealtimeEvent.newBuilder().setConversationStarted(started);
  }

  /** Of the first call, or of another one. */
  static RealtimeEvent.Builder callCreated(
      CreatedCall call, SessionOptions options, Timing timing) {
    CallCreated.Builder created =
        CallCreated.newBuilder()
            .setModel(options.getModel())
            .setVoice(options.getVoice())
            .setTiming(timing);
    call.expiresAt().ifPresent(at -> created.setExpiresAt(ProtoTime.of(at)));
    call.processing().ifPresent(spent -> created.setProviderProcessing(ProtoTime.of(spent)));
    return RealtimeEvent.newBuilder().setCallCreated(created);
  }

  static PrivatePart secrets(StartCommand command) {
    PrivatePart.Builder part =
        PrivatePart.newBuilder()
            .setSession(command.options())
            .setRequestId(command.request().getRequestId())
            .setRequestFingerprint(command.fingerprint());
    part.getPrincipalBuilder().setName(command.principal().name());
    return part.build();
  }

  private static Limits limits(Limits asked, SessionConfig config) {
    Limits.Builder inForce = asked.toBuilder();
    if (isZero(asked.getMaxDuration())) {
      inForce.setMaxDuration(ProtoTime.of(config.maxDuration()));
    }
    if (isZero(asked.getIdleTimeout())) {
      inForce.setIdleTimeout(ProtoTime.of(config.idleTimeout()));
    }
    return inForce.build();
  }

  private static boolean isZero(Duration duration) {
    return Durations.toNanos(duration) == 0;
  }
}
