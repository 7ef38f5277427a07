import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type RealtimeEvent, RealtimeEventSchema } from "../gen/sideband/v1/event_pb";
import { SidebandError } from "./failure";
import type { LegListener } from "./leg";
import { Renewer } from "./renewer";

class FakeLeg {
  state = "open";
  constructor(private readonly connects: boolean) {}
  offer = async () => "an offer";
  accept = async () => undefined;
  connected = async () => this.connects;
}

/**
 * A fake line and a fake server: the n-th Renew creates call n + 1, unless it is refused. The first `untold` questions
 * for ICE servers fail.
 */
class FakeCall {
  readonly legs: FakeLeg[] = [];
  /** What each leg was opened with. */
  readonly iceServers: RTCIceServer[][] = [];
  readonly listeners: LegListener[] = [];
  private asked = 0;
  readonly notes: string[] = [];
  readonly reported: number[] = [];
  inUse: FakeLeg | undefined;
  readonly renewer: Renewer;

  constructor({ refuses = 0, untold = 0, connects = true } = {}) {
    const line = {
      open: (iceServers: RTCIceServer[], listener: LegListener) => {
        this.iceServers.push(iceServers);
        this.listeners.push(listener);
        this.legs.push(new FakeLeg(connects));
        return this.legs.at(-1);
      },
      moveTo: (leg: FakeLeg) => (this.inUse = leg),
      close: (leg: FakeLeg) => (leg.state = "closed"),
    };
    const server = {
      rpc: {},
      iceServers: async () => {
        if (++this.asked <= untold) {
          throw new SidebandError("not now", "", Code.Unavailable, 0);
        }
        return [{ urls: `stun:${this.asked}` }];
      },
      ask: async () => {
        if (this.legs.length <= refuses) {
          throw new SidebandError("refused", "", Code.Unavailable, 0);
        }
        return { sdpAnswer: "an answer", call: this.legs.length + 1 };
      },
      send: async (_: string, { kind }: { kind: { value: { call: number } } }) => this.reported.push(kind.value.call),
    };
    this.renewer = new Renewer(server as never, "c", line as never, (text) => this.notes.push(text));
  }

  tell(payload: object, seconds = 0): void {
    const event = { sequence: 1n, time: { seconds: BigInt(seconds) }, payload };
    this.renewer.take(create(RealtimeEventSchema, event as never) as RealtimeEvent);
  }

  isDue(withinSeconds = 300): void {
    this.tell({ case: "renewalDue", value: { dueAt: { seconds: BigInt(withinSeconds) } } });
  }
}

describe("a renewal", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("should move the voice when the server uses the new call, and not before", async () => {
    const call = new FakeCall();
    call.isDue();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(call.reported).toEqual([2]);
    expect(call.inUse).toBeUndefined();
    call.tell({ case: "callRenewed", value: { call: 2 } });
    await vi.advanceTimersByTimeAsync(0);
    expect(call.inUse).toBe(call.legs[0]);
    expect(call.notes).toEqual([]);
  });

  it("should stay in the old call and try again when it failed", async () => {
    const call = new FakeCall();
    call.isDue();
    await vi.advanceTimersByTimeAsync(0);
    call.tell({ case: "renewalFailed", value: { call: 2, code: 111 } });
    await vi.advanceTimersByTimeAsync(0);
    expect(call.legs[0]?.state).toBe("closed");
    expect(call.notes).toEqual(["the call could not be renewed: sideband join failed"]);
    await vi.advanceTimersByTimeAsync(10_000);
    call.tell({ case: "callRenewed", value: { call: 3 } });
    await vi.advanceTimersByTimeAsync(0);
    expect(call.inUse).toBe(call.legs[1]);
  });

  it("should ask for the ICE servers of each new call, and try again when that fails", async () => {
    const call = new FakeCall({ untold: 1, refuses: 1 });
    call.isDue();
    await vi.advanceTimersByTimeAsync(0);
    expect(call.notes).toEqual(["the call could not be renewed: not now"]);
    expect(call.legs).toEqual([]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(call.iceServers).toEqual([[{ urls: "stun:2" }], [{ urls: "stun:3" }]]);
    expect(call.reported).toEqual([3]);
  });

  it("should open no call when the conversation ended while it asked", async () => {
    const call = new FakeCall();
    call.isDue();
    call.renewer.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(call.legs).toEqual([]);
    expect(call.notes).toEqual([]);
  });

  it("should give up when the old call is over", async () => {
    const call = new FakeCall({ refuses: 99 });
    call.isDue(25);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(call.legs).toHaveLength(4);
    expect(call.legs.every((leg) => leg.state === "closed")).toBe(true);
  });

  it("should never use a call whose media does not connect", async () => {
    const call = new FakeCall({ connects: false });
    call.isDue(5);
    await vi.advanceTimersByTimeAsync(0);
    expect(call.reported).toEqual([]);
    expect(call.legs[0]?.state).toBe("closed");
  });

  it("should place a new call when the media path is lost", async () => {
    const call = new FakeCall();
    call.renewer.lost();
    await vi.advanceTimersByTimeAsync(0);
    call.tell({ case: "callRenewed", value: { call: 2 } });
    await vi.advanceTimersByTimeAsync(0);
    expect(call.inUse).toBe(call.legs[0]);
    expect(call.notes).toEqual(["the media path was lost; placing a new call", ""]);
  });

  it("should try again for a lost media path when the server is back, however long it was away", async () => {
    const call = new FakeCall({ refuses: 99 });
    call.renewer.lost();
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(call.notes.at(-1)).toBe("the voice is gone, and no new call could be placed: hang up, and call again");
    const tried = call.legs.length;
    call.renewer.back();
    await vi.advanceTimersByTimeAsync(0);
    expect(call.legs).toHaveLength(tried + 1);
  });

  it("should place no call when the server is back and nothing is lost", async () => {
    const call = new FakeCall();
    call.renewer.back();
    await vi.advanceTimersByTimeAsync(0);
    expect(call.legs).toEqual([]);
  });

  it("should go on trying when the media path is lost during a renewal that is due", async () => {
    const call = new FakeCall({ refuses: 9 });
    call.isDue(5);
    await vi.advanceTimersByTimeAsync(1_000);
    call.renewer.lost();
    await vi.advanceTimersByTimeAsync(100_000);
    call.tell({ case: "callRenewed", value: { call: 11 } });
    await vi.advanceTimersByTimeAsync(0);
    expect(call.inUse).toBe(call.legs[9]);
  });

  it("should renew again when the new media path is lost before it is in use", async () => {
    const call = new FakeCall();
    call.isDue(1);
    await vi.advanceTimersByTimeAsync(2_000);
    call.listeners[0]?.lost();
    call.tell({ case: "callRenewed", value: { call: 2 } });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(call.legs).toHaveLength(2);
  });

  it("should let go when the conversation ends", async () => {
    const call = new FakeCall();
    call.isDue();
    await vi.advanceTimersByTimeAsync(0);
    call.renewer.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(call.legs).toHaveLength(1);
    expect(call.legs[0]?.state).toBe("closed");
    expect(call.notes).toEqual([]);
  });
});
