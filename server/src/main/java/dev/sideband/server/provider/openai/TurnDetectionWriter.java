package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Duration;
import dev.sideband.v1.SemanticVad;
import dev.sideband.v1.ServerVad;
import dev.sideband.v1.TurnDetection;

/** Writes who decides when a turn ends. */
final class TurnDetectionWriter {
  private static final String MEMBER = "turn_detection";

  private TurnDetectionWriter() {}

  static void write(ObjectNode input, TurnDetection detection) {
    switch (detection.getKindCase()) {
      case SERVER_VAD -> input.set(MEMBER, serverVad(detection.getServerVad()));
      case SEMANTIC_VAD -> input.set(MEMBER, semanticVad(detection.getSemanticVad()));
      case MANUAL -> input.putNull(MEMBER);
      case KIND_NOT_SET -> {}
    }
  }

  private static ObjectNode serverVad(ServerVad wanted) {
    ObjectNode vad = Json.object().put("type", "server_vad");
    if (wanted.hasThreshold()) {
      vad.put("threshold", wanted.getThreshold());
    }
    if (wanted.hasPrefixPadding()) {
      vad.put("prefix_padding_ms", millis(wanted.getPrefixPadding()));
    }
    if (wanted.hasSilence()) {
      vad.put("silence_duration_ms", millis(wanted.getSilence()));
    }
    if (wanted.hasIdleTimeout()) {
      vad.put("idle_timeout_ms", millis(wanted.getIdleTimeout()));
    }
    if (wanted.hasCreateResponse()) {
      vad.put("create_response", wanted.getCreateResponse());
    }
    if (wanted.hasInterruptResponse()) {
      vad.put("interrupt_response", wanted.getInterruptResponse());
    }
    return vad;
  }

  private static ObjectNode semanticVad(SemanticVad wanted) {
    ObjectNode vad = Json.object().put("type", "semantic_vad");
    if (!wanted.getEagerness().isEmpty()) {
      vad.put("eagerness", wanted.getEagerness());
    }
    if (wanted.hasCreateResponse()) {
      vad.put("create_response", wanted.getCreateResponse());
    }
    if (wanted.hasInterruptResponse()) {
      vad.put("interrupt_response", wanted.getInterruptResponse());
    }
    return vad;
  }

  private static long millis(Duration duration) {
    return duration.getSeconds() * 1_000 + duration.getNanos() / 1_000_000;
  }
}
