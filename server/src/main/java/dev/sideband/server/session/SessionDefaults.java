package dev.sideband.server.session;

import dev.sideband.server.provider.Dialect;
import dev.sideband.v1.HandoffOptions;
import dev.sideband.v1.HandoffOutput;
import dev.sideband.v1.Input;
import dev.sideband.v1.OutputModality;
import dev.sideband.v1.Role;
import dev.sideband.v1.SessionOptions;

/** What a request leaves open, filled in, so that what is stored says what is in force. */
final class SessionDefaults {
  private static final String HANDOFF_TOOL = "background_agent";
  private static final String HANDOFF_DESCRIPTION =
      "Hands the user's request, in the user's own words, to a background agent that can look things"
          + " up and do things. Use it for whatever you cannot answer yourself.";

  private SessionDefaults() {}

  static SessionOptions fill(SessionOptions asked, SessionServices services) {
    SessionOptions.Builder filled = asked.toBuilder();
    Dialect dialect = services.dialect(asked.getDialect());
    filled.setDialect(dialect.name());
    Budgets.text(asked.getSessionOverrides(), "model").ifPresent(filled::setModel);
    if (filled.getModel().isEmpty()) {
      filled.setModel(dialect.defaultModel());
    }
    if (asked.getVoice().isEmpty()) {
      filled.setVoice(dialect.defaultVoice());
    }
    if (asked.getOutputModality() == OutputModality.OUTPUT_MODALITY_UNSPECIFIED) {
      filled.setOutputModality(OutputModality.OUTPUT_AUDIO);
    }
    if (asked.getHandoff().getEnabled()) {
      filled.setHandoff(fill(asked.getHandoff()));
    }
    return filled.build();
  }

  private static HandoffOptions fill(HandoffOptions asked) {
    HandoffOptions.Builder filled = asked.toBuilder();
    if (asked.getToolName().isEmpty()) {
      filled.setToolName(HANDOFF_TOOL);
    }
    if (asked.getToolDescription().isEmpty()) {
      filled.setToolDescription(HANDOFF_DESCRIPTION);
    }
    return filled.build();
  }

  static Input fill(Input asked) {
    Input.Builder filled = asked.toBuilder();
    if (asked.hasText() && asked.getText().getRole() == Role.ROLE_UNSPECIFIED) {
      filled.getTextBuilder().setRole(Role.USER);
    }
    if (asked.hasHandoffOutput()
        && asked.getHandoffOutput().getPhase() == HandoffOutput.Phase.PHASE_UNSPECIFIED) {
      filled.getHandoffOutputBuilder().setPhase(HandoffOutput.Phase.FINAL);
    }
    return filled.build();
  }
}
