import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Call, type CallOptions, RealtimeEventSchema } from "../../sideband-web/index";

/** What of a browser the stores touch when they are loaded. */
const page = vi.hoisted(() => {
  const window = new EventTarget();
  const storage = { getItem: () => null, setItem: () => undefined };
  Object.assign(globalThis, {
    location: { hash: "", origin: "http://127.0.0.1:1" },
    localStorage: storage,
    sessionStorage: storage,
    addEventListener: window.addEventListener.bind(window),
    Element: class {},
    requestAnimationFrame: () => 0,
  });
  return window;
});

import { sideband } from "./server";
import { call, hangUp, isPushed, isPushToTalk, own, talk } from "./talk";
import { watchSpace } from "../view/space";

watchSpace();

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

/** As a call ends by itself: the voice first. */
function end({ options }: { options: CallOptions }): void {
  options.onHangUp?.();
  options.onEnd?.();
}

describe("the call that the page holds", () => {
  it("should be held no more when its voice is gone, though its conversation has not ended yet", async () => {
    await talk();
    placed[0]!.options.onHangUp?.();
    expect(call.value).toBeUndefined();
    expect(own.value?.connection.value).toBe("opening");
    await talk();
    expect(call.value).toBe(placed[1]?.call);
  });

  it("should show its conversation, whatever is told of it first", async () => {
    vi.spyOn(sideband, "placeCall").mockImplementation(async ({ onUpdate } = {}) => {
      onUpdate?.({ kind: "away", failure: new Error("it is full") as never });
      onUpdate?.({ kind: "events", events: [create(RealtimeEventSchema, { sequence: 1n, conversationId: "c7" })] });
      return { conversationId: "c7", speak: () => undefined } as never;
    });
    await talk();
    expect(own.value?.id).toBe("c7");
    expect(own.value?.notice.value).toBe("reconnecting …");
    expect(own.value?.history.length).toBe(1);
    expect(location.hash).toBe("#/c/c7");
  });

  it("should stay when the one before it ends late", async () => {
    await talk();
    await hangUp();
    await talk();
    end(placed[0]!);
    expect(call.value).toBe(placed[1]?.call);
    end(placed[1]!);
    expect(call.value).toBeUndefined();
  });

  it("should leave word in its conversation when the server was not told that one hung up", async () => {
    stop = () => Promise.reject(new Error("it is away"));
    await talk();
    await hangUp();
    expect(own.value?.failure.value).toBe("The server was not told that you hung up: it is away");
    placed[0]?.options.onEnd?.();
    expect(own.value?.failure.value).toBe("");
  });
});

describe("push-to-talk", () => {
  const key = (type: "keydown" | "keyup", repeat = false) =>
    page.dispatchEvent(Object.assign(new Event(type), { code: "Space", repeat }));

  beforeEach(async () => {
    isPushToTalk.value = true;
    await talk();
  });

  it("should be held from the key's press to its release", () => {
    key("keydown");
    expect(isPushed.value).toBe(true);
    key("keyup");
    expect(isPushed.value).toBe(false);
  });

  it("should not stay pressed in the next call when one hangs up meanwhile", async () => {
    key("keydown");
    await hangUp();
    expect(isPushed.value).toBe(false);
    await talk();
    key("keydown", true);
    expect(isPushed.value).toBe(false);
  });

  it("should not stay pressed in the next call when the call ends meanwhile", async () => {
    key("keydown");
    end(placed[0]!);
    await talk();
    expect(isPushed.value).toBe(false);
  });

  it("should be let go also when there is no call", async () => {
    await hangUp();
    isPushed.value = true;
    key("keyup");
    expect(isPushed.value).toBe(false);
  });
});
