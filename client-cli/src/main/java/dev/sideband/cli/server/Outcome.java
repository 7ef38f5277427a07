package dev.sideband.cli.server;

import java.util.Optional;

/**
 * What came of an RPC, for a caller that goes on whatever came of it.
 *
 * @param answer what it returned, if it did
 * @param refusal else why not: Sideband's error code, or gRPC's status where there is none
 * @param isFinal whether that, or an answer, was the last word: else the same request may be sent
 *     again under its request id, and its outcome is not known
 */
public record Outcome<T>(Optional<T> answer, String refusal, boolean isFinal) {
  static <T> Outcome<T> answered(T answer) {
    return new Outcome<>(Optional.of(answer), "", true);
  }
}
