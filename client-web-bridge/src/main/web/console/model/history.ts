import type { RealtimeEvent } from "../../gen/sideband/v1/event_pb";
import { type Conversation, evolve, NOTHING_YET } from "./conversation";

/** A state is kept of every so many events: any other is at most so many steps away. */
const SNAPSHOT_EVERY = 100;

/** All events of a conversation, and how it stood after each of them. */
export class History {
  readonly events: RealtimeEvent[] = [];
  private readonly snapshots: Conversation[] = [NOTHING_YET];
  private now: Conversation = NOTHING_YET;

  /** Takes the next events. */
  append(events: readonly RealtimeEvent[]): void {
    for (const event of events) {
      this.now = evolve(this.now, event);
      this.events.push(event);
      if (this.events.length % SNAPSHOT_EVERY === 0) {
        this.snapshots.push(this.now);
      }
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
    const kept = Math.floor(count / SNAPSHOT_EVERY);
    let state = this.snapshots[kept] ?? NOTHING_YET;
    for (let i = kept * SNAPSHOT_EVERY; i < count; i++) {
      state = evolve(state, this.events[i]!);
    }
    return state;
  }
}
