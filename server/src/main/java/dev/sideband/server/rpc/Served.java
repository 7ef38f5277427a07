package dev.sideband.server.rpc;

import dev.sideband.server.fanout.FanOut;
import dev.sideband.server.session.Conversations;
import java.util.Set;

/**
 * What callers reach through the server.
 *
 * @param conversations commands go here
 * @param fanOut subscriptions come from here
 * @param audioRates of the dialects that the provider speaks, in Hz
 * @param iceServers for the callers' media
 */
public record Served(
    Conversations conversations, FanOut fanOut, Set<Integer> audioRates, IceServers iceServers) {
  public Served {
    audioRates = Set.copyOf(audioRates);
  }
}
