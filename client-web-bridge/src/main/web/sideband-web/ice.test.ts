import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Conversation } from "../gen/sideband/v1/conversation_pb";
import { SidebandError } from "./failure";
import { iceServersOf } from "./ice";

type Answer = () => Promise<{ iceServers: { urls: string[]; username?: string; credential?: string }[] }>;

/** A server in this process, that answers so; without an answer it is too old for the question. */
function serverThat(answer?: Answer) {
  const transport = createRouterTransport(({ service }) => {
    service(Conversation, answer ? { listIceServers: answer } : {});
  });
  const ask = <T>(run: (options: { timeoutMs: number }) => Promise<T>) => run({ timeoutMs: 35_000 });
  return { rpc: createClient(Conversation, transport), ask };
}

describe("the ICE servers of a call", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("should be those that the server names, STUN without credentials", async () => {
    const turn = { urls: ["turn:turn.example.org", "turns:turn.example.org"], username: "1:u", credential: "c" };
    const server = serverThat(async () => ({ iceServers: [{ urls: ["stun:stun.example.org"] }, turn] }));
    expect(await iceServersOf(server)).toEqual([{ urls: ["stun:stun.example.org"] }, turn]);
  });

  it("should be none when the server names none, or is too old to know any", async () => {
    expect(await iceServersOf(serverThat(async () => ({ iceServers: [] })))).toEqual([]);
    expect(await iceServersOf(serverThat())).toEqual([]);
  });

  it("should be none when the server is slow to say, and hold nobody up", async () => {
    const servers = iceServersOf(serverThat(() => new Promise(() => undefined)));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await servers).toEqual([]);
  });

  it("should not hide what else is wrong", async () => {
    const server = serverThat(async () => {
      throw new ConnectError("who are you?", Code.Unauthenticated);
    });
    const failure = await iceServersOf(server).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(SidebandError);
    expect((failure as SidebandError).isUnauthenticated).toBe(true);
  });
});
