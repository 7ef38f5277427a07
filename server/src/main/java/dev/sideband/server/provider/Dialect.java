package dev.sideband.server.provider;

import java.util.List;

/**
 * A protocol that the provider speaks, with its vocabulary.
 *
 * @param name as in {@code SessionOptions.dialect}
 * @param voices all that it accepts
 * @param defaultVoice one of them
 * @param defaultModel used when the client names none
 * @param defaultTranscriptionModel the same, for what transcribes the user
 * @param audioRate of its PCM audio, in Hz
 */
public record Dialect(
    String name,
    List<String> voices,
    String defaultVoice,
    String defaultModel,
    String defaultTranscriptionModel,
    int audioRate) {

  public Dialect {
    voices = List.copyOf(voices);
  }
}
