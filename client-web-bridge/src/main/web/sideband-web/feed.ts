import { Code } from "@connectrpc/connect";
import type { RealtimeEvents } from "../gen/sideband/v1/conversation_pb";
import type { RealtimeEvent } from "../gen/sideband/v1/event_pb";
import { failureOf, SidebandError } from "./failure";
import { pause } from "./time";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** A stream says something every 15 s; one that was silent for this long is dead. */
const SILENCE_MS = 40_000;

/** What a feed says, in order. */
export type FeedUpdate =
  | { kind: "events"; events: RealtimeEvent[] }
  /** Everything that was stored when the stream began has been told; what follows is live. */
  | { kind: "caughtUp" }
  /** The server is away; it is asked again until it is back. */
  | { kind: "away"; failure: SidebandError }
  /** It is back: nothing was missed, nothing comes twice. */
  | { kind: "back" }
  /** The events before this sequence are no longer stored. */
  | { kind: "gap"; oldest: number };

/** Opens one subscription after a sequence. */
export type Subscribe = (after: number, signal: AbortSignal) => AsyncIterable<RealtimeEvents>;

/**
 * The events of one conversation after a sequence, to its end, whatever becomes of the connection or the server
 * meanwhile: it subscribes again after the last sequence that it has told.
 *
 * Promises that events come in order, each once, without a gap but for those that a `gap` tells of.
 * Throws a {@link SidebandError} that asking again would not help; ends quietly when `signal` is aborted.
 */
export async function* follow(
  subscribe: Subscribe,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<FeedUpdate, void> {
  const place = new Place(after);
  let wait = FIRST_PAUSE_MS;
  let away = false;
  while (!signal.aborted) {
    try {
      for await (const batch of audible(subscribe, place.sequence, signal)) {
        if (away) {
          away = false;
          yield { kind: "back" };
        }
        for (const update of place.take(batch)) {
          if (update.kind === "events" || update.kind === "caughtUp") {
            wait = FIRST_PAUSE_MS;
          }
          yield update;
        }
      }
      return;
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (signal.aborted) {
        return;
      }
      if (!failure.mayPass) {
        throw failure;
      }
      if (!away) {
        away = true;
        yield { kind: "away", failure };
      }
      await pause(Math.max(wait, Math.min(failure.retryAfterMs, LONGEST_PAUSE_MS)), signal);
      wait = Math.min(2 * wait, LONGEST_PAUSE_MS);
    }
  }
}

/** Where a feed stands. */
class Place {
  constructor(public sequence: number) {}

  /** What is new in a batch; throws behind the last event before one that is missing. */
  *take(batch: RealtimeEvents): Generator<FeedUpdate> {
    if (batch.notice?.kind.case === "gap") {
      const oldest = Number(batch.notice.kind.value.oldestAvailable);
      this.sequence = Math.max(this.sequence, oldest - 1);
      yield { kind: "gap", oldest };
    }
    const events = batch.events.filter((event) => this.isNext(Number(event.sequence)));
    if (events.length > 0) {
      yield { kind: "events", events };
    }
    const ahead = batch.events.find((event) => Number(event.sequence) > this.sequence);
    if (ahead) {
      throw new SidebandError(`event ${ahead.sequence} came after ${this.sequence}`, "", Code.DataLoss, 0);
    }
    if (batch.notice?.kind.case === "caughtUp") {
      yield { kind: "caughtUp" };
    }
  }

  /** Moves there if it is the next. What is not stored (sequence 0) has no place and is none of a reader's. */
  private isNext(sequence: number): boolean {
    const next = sequence === this.sequence + 1;
    if (next) {
      this.sequence = sequence;
    }
    return next;
  }
}

/** A subscription that fails when it falls silent. */
async function* audible(subscribe: Subscribe, after: number, signal: AbortSignal): AsyncGenerator<RealtimeEvents> {
  const ours = new AbortController();
  const abort = () => ours.abort();
  signal.addEventListener("abort", abort);
  let silence = setTimeout(abort, SILENCE_MS);
  try {
    for await (const batch of subscribe(after, ours.signal)) {
      clearTimeout(silence);
      silence = setTimeout(abort, SILENCE_MS);
      yield batch;
      if (batch.notice?.kind.case === "goingAway") {
        throw new SidebandError("the server is going away", "SERVER_GOING_AWAY", Code.Unavailable, 0);
      }
    }
  } finally {
    clearTimeout(silence);
    signal.removeEventListener("abort", abort);
    abort();
  }
}
