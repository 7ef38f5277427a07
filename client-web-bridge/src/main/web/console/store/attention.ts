/** How long nobody may see the page before it rests. */
const UNSEEN_MS = 20_000;

/**
 * Whether anybody can see the page. Without TLS a browser has six connections to a server, for all its tabs: those that
 * nobody looks at must not keep theirs.
 */
export class Attention {
  private readonly over = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lost = false;

  private constructor(private readonly leaving: AbortSignal) {
    document.addEventListener("visibilitychange", this.changed);
    leaving.addEventListener("abort", this.left);
    this.changed();
    if (leaving.aborted) {
      this.left();
    }
  }

  /** Waits until somebody can see the page. */
  static async drawn(leaving: AbortSignal): Promise<Attention> {
    while (document.hidden && !leaving.aborted) {
      await new Promise<void>((wake) => {
        const woken = (): void => {
          document.removeEventListener("visibilitychange", woken);
          leaving.removeEventListener("abort", woken);
          wake();
        };
        document.addEventListener("visibilitychange", woken);
        leaving.addEventListener("abort", woken);
      });
    }
    return new Attention(leaving);
  }

  /** Aborted when nobody could see the page for a while, or the signal that it was drawn with is. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** It was lost, and may be drawn again. */
  get isLost(): boolean {
    return this.lost;
  }

  private readonly changed = (): void => {
    clearTimeout(this.timer);
    if (document.hidden) {
      this.timer = setTimeout(() => {
        this.lost = true;
        this.over.abort();
      }, UNSEEN_MS);
    }
  };

  private readonly left = (): void => this.over.abort();

  /** Nobody needs it any more. */
  end(): void {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.changed);
    this.leaving.removeEventListener("abort", this.left);
  }
}
