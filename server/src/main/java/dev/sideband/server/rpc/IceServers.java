package dev.sideband.server.rpc;

import com.google.protobuf.Timestamp;
import dev.sideband.server.session.Principal;
import dev.sideband.v1.IceServer;
import dev.sideband.v1.ListIceServersResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The STUN and TURN servers that callers may use for their media.
 *
 * <p><b>Threads.</b> Any.
 */
public final class IceServers {
  /** Callers are told of none. */
  public static final IceServers NONE =
      new IceServers(List.of(), Optional.empty(), Clock.systemUTC());

  private final List<String> stunUrls;
  private final Optional<TurnServers> turn;
  private final Clock clock;

  /**
   * What callers are told from now on.
   *
   * @param stunUrls as RFC 7064 writes them; those of TURN servers are not among them
   * @param clock by which credentials expire; to agree with the TURN servers'
   */
  public IceServers(List<String> stunUrls, Optional<TurnServers> turn, Clock clock) {
    this.stunUrls = List.copyOf(stunUrls);
    this.turn = turn;
    this.clock = clock;
  }

  /** All of them, with credentials for one caller where they ask for some. */
  ListIceServersResponse of(Principal caller) {
    ListIceServersResponse.Builder answer = ListIceServersResponse.newBuilder();
    if (!stunUrls.isEmpty()) {
      answer.addIceServers(IceServer.newBuilder().addAllUrls(stunUrls));
    }
    turn.ifPresent(
        servers -> {
          Instant expiry = servers.expiry(clock.instant());
          answer
              .addIceServers(servers.of(caller, expiry))
              .setExpiresAt(Timestamp.newBuilder().setSeconds(expiry.getEpochSecond()));
        });
    return answer.build();
  }
}
