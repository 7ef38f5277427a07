import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Attention } from "./attention";

describe("the attention that the page has", () => {
  let document: EventTarget & { hidden: boolean };

  beforeEach(() => {
    vi.useFakeTimers();
    document = Object.assign(new EventTarget(), { hidden: false });
    vi.stubGlobal("document", document);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function hide(hidden: boolean): void {
    document.hidden = hidden;
    document.dispatchEvent(new Event("visibilitychange"));
  }

  it("should be lost when nobody could see the page for a while, and come back with the next look", async () => {
    const { signal: leaving } = new AbortController();
    const first = await Attention.drawn(leaving);
    hide(true);
    vi.advanceTimersByTime(19_000);
    hide(false);
    vi.advanceTimersByTime(60_000);
    expect(first.signal.aborted).toBe(false);
    hide(true);
    vi.advanceTimersByTime(20_000);
    expect(first.signal.aborted).toBe(true);
    expect(first.isLost).toBe(true);

    let isBack = false;
    const second = Attention.drawn(leaving).then(() => (isBack = true));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(isBack).toBe(false);
    hide(false);
    expect(await second).toBe(true);
  });

  it("should wait for nobody when it is left", async () => {
    const leaving = new AbortController();
    hide(true);
    const drawn = Attention.drawn(leaving.signal);
    leaving.abort();
    expect((await drawn).signal.aborted).toBe(true);
    expect((await drawn).isLost).toBe(false);
  });

  it("should be heeded no more when it has ended", async () => {
    const attention = await Attention.drawn(new AbortController().signal);
    attention.end();
    hide(true);
    vi.advanceTimersByTime(60_000);
    expect(attention.isLost).toBe(false);
  });
});
