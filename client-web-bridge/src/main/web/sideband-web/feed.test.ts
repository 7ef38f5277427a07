import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type RealtimeEvents, RealtimeEventsSchema } from "../gen/sideband/v1/conversation_pb";
import { follow, type FeedUpdate } from "./feed";

/** One subscription as the server answers it: batches, and then its end, or a failure. */
type Answer = (RealtimeEvents | Error)[];

/** A fake server: gives one prepared answer to each subscription, and writes down what was asked. */
class FakeServer {
  readonly asked: number[] = [];

  constructor(private readonly answers: Answer[]) {}

  subscribe = async function* (this: FakeServer, after: number, signal: AbortSignal) {
    this.asked.push(after);
    for (const step of this.answers.shift() ?? []) {
      if (step instanceof Error) {
        throw step;
      }
      yield step;
    }
    if (this.answers.length > 0) {
      await new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new ConnectError("aborted", Code.Canceled)));
      });
    }
  }.bind(this);
}

const events = (...sequences: number[]) =>
  create(RealtimeEventsSchema, { events: sequences.map((sequence) => ({ sequence: BigInt(sequence) })) });
const notice = (kind: NonNullable<RealtimeEvents["notice"]>["kind"]) =>
  create(RealtimeEventsSchema, { notice: { kind } as never });
const away = new ConnectError("no server", Code.Unavailable);

async function read(server: FakeServer, after = 0, signal = new AbortController().signal) {
  const heard: string[] = [];
  for await (const update of follow(server.subscribe, after, signal)) {
    heard.push(spelled(update));
  }
  return heard;
}

function spelled(update: FeedUpdate): string {
  return update.kind === "events" ? update.events.map(({ sequence }) => sequence).join(",") : update.kind;
}

describe("a feed", () => {
  // No test waits: time jumps to the next timer.
  beforeEach(() => void vi.useFakeTimers().setTimerTickMode("nextTimerAsync"));
  afterEach(() => void vi.useRealTimers());

  it("should end when the stream ends", async () => {
    const server = new FakeServer([[events(1, 2), events(3)]]);
    expect(await read(server)).toEqual(["1,2", "3"]);
  });

  it("should go on after the last event when the connection breaks", async () => {
    const server = new FakeServer([[events(1, 2), away], [away], [events(3), events(4)]]);
    expect(await read(server)).toEqual(["1,2", "away", "back", "3", "4"]);
    expect(server.asked).toEqual([0, 2, 2]);
  });

  it("should tell each event once when some come twice", async () => {
    const server = new FakeServer([[events(1, 2), events(2, 3), events(1)]]);
    expect(await read(server)).toEqual(["1,2", "3"]);
  });

  it("should ask again when an event is missing", async () => {
    const server = new FakeServer([[events(1), events(3)], [events(2, 3)]]);
    expect(await read(server)).toEqual(["1", "away", "back", "2,3"]);
    expect(server.asked).toEqual([0, 1]);
  });

  it("should tell what comes before a missing event", async () => {
    const server = new FakeServer([[events(1, 2, 4)], [events(3, 4)]]);
    expect(await read(server)).toEqual(["1,2", "away", "back", "3,4"]);
    expect(server.asked).toEqual([0, 2]);
  });

  it("should ask ever more seldom when it hears nothing but that the server is going away", async () => {
    const goingAway = notice({ case: "goingAway", value: { resumeAfter: 0n } as never });
    const began = Date.now();
    await read(new FakeServer([...Array(4).fill([goingAway]), [events(1)]]));
    expect(Date.now() - began).toBe(250 + 500 + 1_000 + 2_000);
  });

  it("should go on behind a gap that it is told of", async () => {
    const gap = notice({ case: "gap", value: { oldestAvailable: 7n } as never });
    expect(await read(new FakeServer([[gap, events(7)]]))).toEqual(["gap", "7"]);
  });

  it("should come back when the server says that it is going away", async () => {
    const goingAway = notice({ case: "goingAway", value: { resumeAfter: 1n } as never });
    const server = new FakeServer([[events(1), goingAway], [events(2)]]);
    expect(await read(server)).toEqual(["1", "away", "back", "2"]);
  });

  it("should ask again when the stream falls silent", async () => {
    const server = new FakeServer([[events(1)], [events(2)]]);
    expect(await read(server)).toEqual(["1", "away", "back", "2"]);
  });

  it("should throw what asking again would not help", async () => {
    const server = new FakeServer([[events(1), new ConnectError("unknown", Code.NotFound)]]);
    await expect(read(server)).rejects.toMatchObject({ message: "unknown", mayPass: false });
  });

  it("should end quietly when its reader leaves while the server is away", async () => {
    const leaving = new AbortController();
    const server = new FakeServer([[away], [away], [away]]);
    vi.setTimerTickMode("manual");
    const reading = read(server, 5, leaving.signal);
    await vi.advanceTimersByTimeAsync(100);
    leaving.abort();
    expect(await reading).toEqual(["away"]);
  });
});
