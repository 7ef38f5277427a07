package dev.sideband.server.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A call that the provider created.
 *
 * @param id its name at the provider
 * @param sdpAnswer for the client, unchanged
 * @param expiresAt when the provider will end it, if it said so
 * @param processing what the provider says it spent itself, if it says
 */
public record CreatedCall(
    CallId id, String sdpAnswer, Optional<Instant> expiresAt, Optional<Duration> processing) {

  @Override
  public String toString() {
    return "CreatedCall[***]";
  }
}
