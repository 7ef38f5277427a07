/** How long nobody may see the page before it rests. */
const UNSEEN_MS = 20_000;

/**
 * Whether anybody can see the page. Without TLS a browser has six connections to a server, for all its tabs: those that
 * nobody looks at must not keep theirs.
 */
export class Attention {
  /** Aborted when nobody could see the page for a while, or the signal that it was drawn with is. */
  readonly signal: AbortSignal;
  private readonly losing = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(leaving: AbortSignal) {
    this.signal = AbortSignal.any([this.losing.signal, leaving]);
    document.addEventListener("visibilitychange", this.changed);
    this.changed();
  }

  /** Waits until somebody can see the page. */
  static async drawn(leaving: AbortSignal): Promise<Attention> {
    while (document.hidden && !leaving.aborted) {
      await new Promise<void>((seen) => {
        document.addEventListener("visibilitychange", () => seen(), { once: true });
        leaving.addEventListener("abort", () => seen(), { once: true });
      });
    }
    return new Attention(leaving);
  }

  private readonly changed = (): void => {
    clearTimeout(this.timer);
    if (document.hidden) {
      this.timer = setTimeout(() => this.losing.abort(), UNSEEN_MS);
    }
  };

  /** It was lost, and may be drawn again. */
  get isLost(): boolean {
    return this.losing.signal.aborted;
  }

  /** Nobody needs it any more. */
  end(): void {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.changed);
  }
}
