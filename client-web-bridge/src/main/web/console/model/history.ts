import type { RealtimeEvent } from "../../gen/sideband/v1/event_pb";
import { type Conversation, evolve, NOTHING_YET } from "./conversation";

/** A state is kept of every so many events at first: any other is at most so many steps away. */
const SNAPSHOT_EVERY = 100;

/** Each holds all that was said before it: in a call of hours every second one makes room. */
const MOST_SNAPSHOTS = 256;

/** All events of a conversation, and how it stood after each of them. */
export class History {
  readonly events: RealtimeEvent[] = [];
  private snapshots: Conversation[] = [NOTHING_YET];
  private now: Conversation = NOTHING_YET;

  constructor(
    private every = SNAPSHOT_EVERY,
    private readonly most = MOST_SNAPSHOTS,
  ) {}

  /** Takes the next events. */
  append(events: readonly RealtimeEvent[]): void {
    for (const event of events) {
      this.now = evolve(this.now, event);
      this.events.push(event);
      if (this.events.length % this.every === 0) {
        this.keep(this.now);
      }
    }
  }

  private keep(state: Conversation): void {
    this.snapshots.push(state);
    if (this.snapshots.length > this.most) {
      this.snapshots = this.snapshots.filter((_, index) => index % 2 === 0);
      this.every *= 2;
    }
  }

  /** As it stands now. */
  get latest(): Conversation {
    return this.now;
  }

  get length(): number {
    return this.events.length;
  }

  /** As it stood after the first `count` events. */
  after(count: number): Conversation {
    if (count >= this.events.length) {
      return this.now;
    }
    const kept = Math.floor(count / this.every);
    let state = this.snapshots[kept] ?? NOTHING_YET;
    for (let i = kept * this.every; i < count; i++) {
      state = evolve(state, this.events[i]!);
    }
    return state;
  }
}
