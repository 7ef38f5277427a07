package dev.sideband.server.session;

import java.util.Set;

/**
 * Who is calling.
 *
 * @param name stored with every conversation that it starts
 * @param roles what it may do beyond steering its own conversations
 */
public record Principal(String name, Set<Role> roles) {

  /** What a principal may do beyond steering its own conversations. */
  public enum Role {
    /** May see everybody's conversations; steers only its own. */
    OBSERVER,
    /** May speak to the provider in the provider's own words. */
    PROVIDER_CONTROL
  }

  public Principal {
    roles = Set.copyOf(roles);
  }

  /** Whether it may do what the role allows. */
  public boolean hasRole(Role role) {
    return roles.contains(role);
  }
}
