import { create } from "@bufbuild/protobuf";
import { describe, expect, it, vi } from "vitest";
import { type RealtimeEvent, RealtimeEventSchema } from "../../gen/sideband/v1/event_pb";

/** What of a browser the stores touch when they are loaded. */
vi.hoisted(() => {
  const storage = { getItem: () => null, setItem: () => undefined };
  Object.assign(globalThis, {
    location: { hash: "", origin: "http://127.0.0.1:1" },
    sessionStorage: storage,
    requestAnimationFrame: (draw: () => void) => draw(),
  });
});

import { Opened } from "./opened";

const events = (...sequences: number[]): RealtimeEvent[] =>
  sequences.map((sequence) => create(RealtimeEventSchema, { sequence: BigInt(sequence) }));

describe("an opened conversation", () => {
  it("should go on saying that events are no longer stored when it has caught up", () => {
    const opened = new Opened("c");
    opened.take({ kind: "gap", oldest: 7 });
    opened.take({ kind: "events", events: events(7, 8) });
    opened.take({ kind: "caughtUp" });
    opened.end();
    expect(opened.missing.value).toBe("Events before 7 are no longer stored.");
    expect(opened.notice.value).toBe("");
  });

  it("should stand at the end when one steps to the last event, also when it is over", () => {
    const opened = new Opened("c");
    opened.take({ kind: "events", events: events(1, 2) });
    opened.end();
    opened.standAt(1);
    expect(opened.position.value).toBe(1);
    opened.standAt(2);
    expect(opened.position.value).toBeUndefined();
  });
});
