package dev.sideband.bridge.proxy;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which server to hand calls to, and how.
 *
 * @param tls how to speak TLS with it; empty = in the clear
 */
public record ServerTarget(ServerAddress address, Optional<Tls> tls) {

  /**
   * Whom to believe.
   *
   * @param authorities PEM; empty = whom Java trusts
   * @param name that its certificate must have; empty = the address
   */
  public record Tls(Optional<Path> authorities, Optional<String> name) {}
}
