import { Code } from "@connectrpc/connect";
import { ErrorCode } from "../gen/sideband/v1/error_pb";
import type { RealtimeEvent } from "../gen/sideband/v1/event_pb";
import { callFailureOf, SidebandError } from "./failure";
import type { Leg } from "./leg";
import type { Line } from "./line";
import { uuid, type Sideband } from "./sideband";
import { epochMillisOf, pause } from "./time";

const TRY_AGAIN_AFTER_MS = 10_000;
const RENEWED_WITHIN_MS = 60_000;

/** How long a lost media path is tried to be replaced, each time that there may be a way again. */
const LOST_FOR_MS = 5 * 60_000;

/**
 * Takes a conversation into its next call: when the server says that it is due, and when the media path is lost.
 * The old call carries the voice until the server uses the new one, and goes on if there is none.
 */
export class Renewer {
  private readonly closing = new AbortController();
  private readonly outcomes = new Map<number, PromiseWithResolvers<void>>();
  private renewing = false;
  /** When to try no more, by `performance.now()`. */
  private end = 0;
  /** The call in use carries no voice any more, and no other has taken its place. */
  private isLost = false;
  private noted = "";

  constructor(
    private readonly sideband: Sideband,
    private readonly conversationId: string,
    private readonly line: Line,
    private readonly told: (text: string) => void,
  ) {
    globalThis.addEventListener?.("online", () => this.back(), { signal: this.closing.signal });
  }

  /** Takes the next event of the conversation. */
  take({ payload, time }: RealtimeEvent): void {
    switch (payload.case) {
      case "renewalDue":
        void this.renew(epochMillisOf(payload.value.dueAt) - epochMillisOf(time));
        break;
      case "callRenewed":
        this.outcome(payload.value.call).resolve();
        break;
      case "renewalFailed":
        this.outcome(payload.value.call).reject(refused(payload.value.code));
        break;
    }
  }

  /** The media path of the call in use is gone, as when the network changes: only a new call makes another one. */
  lost(): void {
    if (!this.closing.signal.aborted) {
      this.isLost = true;
      this.note("the media path was lost; placing a new call");
      void this.renew(LOST_FOR_MS);
    }
  }

  /** The server, or the network, is back: a media path that was given up is tried again. */
  back(): void {
    if (this.isLost) {
      void this.renew(LOST_FOR_MS);
    }
  }

  /** Tries until there is a new call, or time is over. One at a time: who asks meanwhile gives that one more time. */
  private async renew(withinMs: number): Promise<void> {
    this.end = Math.max(this.renewing ? this.end : 0, performance.now() + withinMs);
    if (this.renewing || this.closing.signal.aborted) {
      return;
    }
    this.renewing = true;
    let renewed = await this.isRenewed();
    while (!renewed && performance.now() < this.end && !this.closing.signal.aborted) {
      await pause(TRY_AGAIN_AFTER_MS, this.closing.signal);
      renewed = !this.closing.signal.aborted && (await this.isRenewed());
    }
    this.renewing = false;
    if (this.isLost && !this.closing.signal.aborted) {
      this.note("the voice is gone, and no new call could be placed: hang up, and call again");
    }
  }

  private async isRenewed(): Promise<boolean> {
    let inUse = false;
    let gone = false;
    const listener = {
      reached: () => undefined,
      lost: () => {
        gone = true;
        if (inUse) {
          this.lost();
        }
      },
    };
    let leg: Leg | undefined;
    try {
      const iceServers = await this.sideband.iceServers();
      if (this.closing.signal.aborted) {
        return false;
      }
      leg = this.line.open(iceServers, listener);
      const request = { conversationId: this.conversationId, requestId: uuid(), sdpOffer: await leg.offer() };
      const next = await this.sideband.ask((limit) => this.sideband.rpc.renew(request, limit));
      await leg.accept(next.sdpAnswer);
      if (!(await leg.connected())) {
        throw new SidebandError("its media did not connect", "", Code.Unavailable, 0);
      }
      await this.report(next.call);
      await this.settled(next.call);
      this.line.moveTo(leg);
      inUse = true;
      this.isLost = false;
      this.note("");
      if (gone) {
        this.lost();
      }
      return !gone;
    } catch (thrown) {
      if (leg) {
        this.line.close(leg);
      }
      if (!this.closing.signal.aborted) {
        this.note(`the call could not be renewed: ${callFailureOf(thrown).message}`);
      }
      return false;
    }
  }

  /** Says something for people; what was said before is no longer so. */
  private note(text: string): void {
    if (text !== this.noted) {
      this.noted = text;
      this.told(text);
    }
  }

  /** Says that the new call is held; whether that arrived, the outcome will tell. */
  private async report(call: number): Promise<void> {
    const value = { name: "dtls_connected", call };
    const input = { kind: { case: "clientMilestone" as const, value } };
    // It may have arrived although it failed: then the call is used, and must not be closed here.
    await this.sideband.send(this.conversationId, input).catch(() => undefined);
  }

  private async settled(call: number): Promise<void> {
    const outcome = this.outcome(call);
    const late = new SidebandError("the server did not say what became of it", "", Code.DeadlineExceeded, 0);
    const limit = setTimeout(() => outcome.reject(late), RENEWED_WITHIN_MS);
    const closed = () => outcome.reject(late);
    this.closing.signal.addEventListener("abort", closed);
    try {
      await outcome.promise;
    } finally {
      clearTimeout(limit);
      this.closing.signal.removeEventListener("abort", closed);
    }
  }

  private outcome(call: number): PromiseWithResolvers<void> {
    let outcome = this.outcomes.get(call);
    if (!outcome) {
      outcome = withResolvers();
      outcome.promise.catch(() => undefined);
      this.outcomes.set(call, outcome);
    }
    return outcome;
  }

  /** Renews no more. */
  close(): void {
    this.closing.abort();
  }
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (why: unknown) => void;
}

function withResolvers(): PromiseWithResolvers<void> {
  let resolve!: () => void;
  let reject!: (why: unknown) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function refused(code: ErrorCode): SidebandError {
  const words = (ErrorCode[code] ?? "").toLowerCase().replaceAll("_", " ");
  return new SidebandError(words, ErrorCode[code] ?? "", Code.Unavailable, 0);
}
