package dev.sideband.server.rpc;

import static dev.sideband.server.rpc.Rules.KIB;
import static dev.sideband.server.rpc.Rules.holds;
import static dev.sideband.server.rpc.Rules.invalid;
import static dev.sideband.server.rpc.Rules.known;
import static dev.sideband.server.rpc.Rules.noLonger;
import static dev.sideband.server.rpc.Rules.notNegative;
import static dev.sideband.server.rpc.Rules.present;

import com.google.protobuf.Duration;
import dev.sideband.server.session.Principal;
import dev.sideband.server.session.Principal.Role;
import dev.sideband.server.session.SessionException;
import dev.sideband.v1.ErrorCode;
import dev.sideband.v1.Item;
import dev.sideband.v1.Limits;
import dev.sideband.v1.ListVoicesResponse;
import dev.sideband.v1.ListVoicesResponse.DialectVoices;
import dev.sideband.v1.SessionOptions;
import dev.sideband.v1.StartRequest;
import dev.sideband.v1.Tool;
import dev.sideband.v1.TurnDetection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a Start, and a session that is changed later, must be: the limits that the proto's comments
 * promise. Immutable; any thread.
 */
final class StartRules {
  private static final int MAX_METADATA = 64;
  private static final int MAX_TOOLS = 128;
  private static final int MAX_ITEMS = 128;
  private static final int MAX_ITEM_ID = 32;
  private static final int MAX_OUTPUT_TOKENS = 4096;
  private static final Set<String> EAGERNESS = Set.of("", "low", "medium", "high", "auto");

  private final ListVoicesResponse voices;

  StartRules(ListVoicesResponse voices) {
    this.voices = voices;
  }

  void check(Principal principal, StartRequest request) {
    Rules.requestId(request.getRequestId());
    switch (request.getTransport().getKindCase()) {
      case WEB_RTC -> SdpOffer.check(request.getTransport().getWebRtc().getSdpOffer());
      case WEB_SOCKET -> {}
      case KIND_NOT_SET -> throw invalid("transport", "not set (expected: web_rtc or web_socket)");
    }
    checkMetadata(request.getMetadataMap());
    checkLimits(request.getLimits());
    checkSession(principal, request.getSession());
  }

  private static void checkMetadata(Map<String, String> metadata) {
    holds(metadata.size() <= MAX_METADATA, "metadata", "too many (expected: at most 64 entries)");
    metadata.forEach(
        (key, value) -> {
          present("metadata key", key);
          noLonger("metadata key", key, 64);
          noLonger("metadata value", value, KIB);
        });
  }

  private static void checkLimits(Limits limits) {
    notNegative("limits.max_duration", limits.getMaxDuration());
    notNegative("limits.idle_timeout", limits.getIdleTimeout());
  }

  /** The options of a session that starts or changes. */
  void checkSession(Principal principal, SessionOptions session) {
    checkVoice(session);
    noLonger("session.instructions", session.getInstructions(), 256 * KIB);
    noLonger("session.startup_context", session.getStartupContext(), 64 * KIB);
    known("session.output_modality", session.getOutputModality());
    known("session.noise_reduction", session.getNoiseReduction());
    holds(
        session.getMaxOutputTokens() >= 0 && session.getMaxOutputTokens() <= MAX_OUTPUT_TOKENS,
        "session.max_output_tokens",
        "too many (expected: 1 to 4096, or 0)");
    checkTools(session.getToolsList());
    checkTurnDetection(session.getTurnDetection());
    checkItems(session.getInitialItemsList());
    if (session.hasSessionOverrides()) {
      Rules.role(principal, Role.PROVIDER_CONTROL, "session.session_overrides");
    }
  }

  private void checkVoice(SessionOptions session) {
    Optional<DialectVoices> dialect =
        voices.getDialectsList().stream()
            .filter(
                d -> session.getDialect().isEmpty() || d.getDialect().equals(session.getDialect()))
            .findFirst();
    if (dialect.isEmpty()) {
      String supported =
          voices.getDialectsList().stream()
              .map(DialectVoices::getDialect)
              .collect(Collectors.joining(", "));
      throw new SessionException(
          ErrorCode.DIALECT_UNSUPPORTED,
          "session.dialect: not spoken here (expected: %s)".formatted(supported),
          Map.of("supported", supported),
          Optional.empty());
    }
    if (!session.getVoice().isEmpty()
        && !dialect.get().getVoicesList().contains(session.getVoice())) {
      String supported = String.join(", ", dialect.get().getVoicesList());
      throw new SessionException(
          ErrorCode.VOICE_UNSUPPORTED,
          "session.voice: not one of the dialect's (expected: %s)".formatted(supported),
          Map.of("supported", supported),
          Optional.empty());
    }
  }

  private static void checkTools(List<Tool> tools) {
    holds(tools.size() <= MAX_TOOLS, "session.tools", "too many (expected: at most 128)");
    Set<String> names = new HashSet<>();
    for (Tool tool : tools) {
      present("session.tools.name", tool.getName());
      holds(names.add(tool.getName()), "session.tools.name", "twice (expected: one of each)");
    }
  }

  private static void checkTurnDetection(TurnDetection detection) {
    String field = "session.turn_detection";
    if (detection.hasSemanticVad()) {
      holds(
          EAGERNESS.contains(detection.getSemanticVad().getEagerness()),
          field + ".semantic_vad.eagerness",
          "unknown (expected: low, medium, high or auto)");
    }
    if (detection.hasServerVad()) {
      notNegative(field + ".prefix_padding", detection.getServerVad().getPrefixPadding());
      notNegative(field + ".silence", detection.getServerVad().getSilence());
      Duration idle = detection.getServerVad().getIdleTimeout();
      boolean inRange =
          (idle.getSeconds() >= 5 && idle.getSeconds() < 30)
              || (idle.getSeconds() == 30 && idle.getNanos() == 0);
      holds(
          !detection.getServerVad().hasIdleTimeout() || inRange,
          field + ".idle_timeout",
          "out of range (expected: 5 s to 30 s)");
    }
  }

  private static void checkItems(List<Item> items) {
    String field = "session.initial_items";
    holds(items.size() <= MAX_ITEMS, field, "too many (expected: at most 128)");
    for (Item item : items) {
      holds(item.getKindCase() != Item.KindCase.KIND_NOT_SET, field, "empty (expected: a kind)");
      holds(
          item.getId().length() <= MAX_ITEM_ID,
          field + ".id",
          "too long (expected: at most 32 characters)");
      known(field + ".role", item.getMessage().getRole());
    }
  }
}
