import { Code } from "@connectrpc/connect";
import type { IceServer } from "../gen/sideband/v1/conversation_pb";
import { failureOf } from "./failure";
import type { Sideband } from "./sideband";

/** A call that could do without them does not wait longer. */
const TOLD_WITHIN_MS = 2_000;

/**
 * The STUN and TURN servers that the server names; none if it is too old to know any, or slow to say. Throws a
 * SidebandError of whatever else is wrong: the call would meet that too.
 */
export async function iceServersOf(sideband: Pick<Sideband, "ask" | "rpc">): Promise<RTCIceServer[]> {
  try {
    const limit = { timeoutMs: TOLD_WITHIN_MS };
    const { iceServers } = await sideband.ask(() => sideband.rpc.listIceServers({}, limit));
    return iceServers.map(ofBrowser);
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (failure.status === Code.Unimplemented || failure.status === Code.DeadlineExceeded) {
      return [];
    }
    throw failure;
  }
}

/** A browser takes empty credentials for wrong ones. */
function ofBrowser({ urls, username, credential }: IceServer): RTCIceServer {
  return credential ? { urls, username, credential } : { urls };
}
