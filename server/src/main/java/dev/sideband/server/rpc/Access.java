package dev.sideband.server.rpc;

import dev.sideband.server.session.Principal;
import java.util.List;

/** Who may call. */
public sealed interface Access {

  /** Everybody who can reach the port, as one principal: for loopback addresses. */
  record Open(Principal everybody) implements Access {}

  /** Whoever presents one of these tokens. With no grants, nobody. */
  record Tokens(List<TokenGrant> grants) implements Access {
    public Tokens {
      grants = List.copyOf(grants);
    }
  }
}
