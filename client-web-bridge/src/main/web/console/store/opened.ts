import { computed, signal } from "@preact/signals";
import type { FeedUpdate, SidebandError } from "../../sideband-web/index";
import { type EventLine, lineOf } from "../model/line";
import { History } from "../model/history";
import { Attention } from "./attention";
import { sideband } from "./server";

export type Connection = "opening" | "live" | "away" | "over" | "failed";

/** A conversation that is being looked at: its history, where in it one stands, and how the stream is. */
export class Opened {
  readonly history = new History();
  readonly connection = signal<Connection>("opening");
  readonly failure = signal("");
  /** What the stream has to say of itself; empty mostly. */
  readonly notice = signal("");
  /** Which of its events nobody has any more; empty for none. */
  readonly missing = signal("");
  /** How many events there are. */
  readonly length = signal(0);
  /** After how many events one stands; undefined = live, wherever the end is. */
  readonly position = signal<number | undefined>(undefined);
  readonly shownLength = computed(() => Math.min(this.position.value ?? this.length.value, this.length.value));
  /** Whether it has ended, or is about to, wherever one stands. */
  readonly isOver = computed(() => {
    const { phase } = this.history.after(this.length.value);
    return this.connection.value === "over" || phase === "ended" || phase === "ending";
  });
  readonly shown = computed(() => this.history.after(this.shownLength.value));
  private readonly lines: EventLine[] = [];
  private readonly leaving = new AbortController();
  private awaitsFrame = false;

  constructor(readonly id: string) {}

  /** Follows it by a stream of its own, until {@link leave}, and rests from that while nobody can see it. */
  async follow(): Promise<void> {
    try {
      while (await this.isRestingAfter(await Attention.drawn(this.leaving.signal))) {
        // Goes on when somebody looks again.
      }
      this.end();
    } catch (thrown) {
      this.end(thrown as SidebandError);
    }
  }

  /** Follows it as long as somebody pays attention; whether that was lost, else it is over. */
  private async isRestingAfter(attention: Attention): Promise<boolean> {
    try {
      const after = Number(this.history.events.at(-1)?.sequence ?? 0);
      for await (const update of sideband.follow(this.id, after, attention.signal)) {
        this.take(update);
      }
      return attention.isLost;
    } finally {
      attention.end();
    }
  }

  leave(): void {
    this.leaving.abort();
  }

  take(update: FeedUpdate): void {
    switch (update.kind) {
      case "events":
        this.history.append(update.events);
        this.showSoon();
        break;
      case "caughtUp":
        this.connection.value = "live";
        this.say(this.notice.value ? "caught up" : "", 2_500);
        break;
      case "away":
        this.connection.value = "away";
        this.say("reconnecting …");
        break;
      case "back":
        this.say("catching up …");
        break;
      case "gap":
        this.missing.value = `Events before ${update.oldest} are no longer stored.`;
        break;
    }
  }

  /** Says what went wrong with it, until its stream is over. */
  warn(text: string): void {
    this.failure.value = text;
  }

  /** The stream is over. */
  end(failure?: SidebandError): void {
    this.show();
    this.connection.value = failure ? "failed" : "over";
    this.failure.value = failure?.message ?? "";
    this.say("");
  }

  /** One event in words. */
  line(index: number): EventLine {
    return (this.lines[index] ??= lineOf(this.history.events[index]!));
  }

  /** Stands after so many events; after the last one, or `undefined`, live again, or at its end. */
  standAt(count: number | undefined): void {
    this.position.value = count === undefined || count >= this.length.value ? undefined : Math.max(0, count);
  }

  private say(text: string, forMs = 0): void {
    this.notice.value = text;
    if (forMs > 0) {
      setTimeout(() => {
        if (this.notice.value === text) {
          this.notice.value = "";
        }
      }, forMs);
    }
  }

  /** Many events between two frames are shown at once. */
  private showSoon(): void {
    if (!this.awaitsFrame) {
      this.awaitsFrame = true;
      requestAnimationFrame(() => this.show());
    }
  }

  private show(): void {
    this.awaitsFrame = false;
    this.length.value = this.history.length;
  }
}
