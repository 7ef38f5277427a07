import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Call, type CallOptions } from "../../sideband-web/index";

/** What of a browser the stores touch when they are loaded. */
vi.hoisted(() => {
  const storage = { getItem: () => null, setItem: () => undefined };
  Object.assign(globalThis, {
    location: { hash: "", origin: "http://127.0.0.1:1" },
    localStorage: storage,
    sessionStorage: storage,
    addEventListener: () => undefined,
    requestAnimationFrame: () => 0,
  });
});

import { sideband } from "./server";
import { call, hangUp, isPushed, isPushToTalk, own, talk } from "./talk";

/** The calls that were placed, with what each was placed with. */
const placed: { options: CallOptions; call: Call }[] = [];
let stop = async (): Promise<unknown> => undefined;

beforeEach(() => {
  placed.length = 0;
  stop = async () => undefined;
  call.value = undefined;
  own.value = undefined;
  isPushToTalk.value = false;
  isPushed.value = false;
  vi.spyOn(sideband, "ask").mockResolvedValue({ conversations: [], nextPageToken: "" });
  vi.spyOn(sideband, "placeCall").mockImplementation(async (options = {}) => {
    const fake = { conversationId: `c${placed.length}`, speak: () => undefined, stop: () => stop() } as never;
    placed.push({ options, call: fake });
    return fake;
  });
});

describe("the call that the page holds", () => {
  it("should stay when the one before it ends late", async () => {
    await talk();
    await hangUp();
    await talk();
    placed[0]?.options.onEnd?.();
    expect(call.value).toBe(placed[1]?.call);
    placed[1]?.options.onEnd?.();
    expect(call.value).toBeUndefined();
  });
});
