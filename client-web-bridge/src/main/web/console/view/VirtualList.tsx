import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useReducer, useRef } from "preact/hooks";

/** Rows beyond the visible ones, so that a quick scroll finds something. */
const OVERSCAN = 8;

/** Heights of rows, measured or still guessed, and where each one begins. */
class Heights {
  /** Of rows that are not as high as was guessed: in a list of like rows there are none, and nothing to add up. */
  private readonly odd = new Map<string, number>();
  private starts = new Float64Array(1);
  private stale = true;

  constructor(private readonly guess: number) {}

  /** Whether it changed. */
  measure(key: string, height: number): boolean {
    if (height === 0 || Math.abs((this.odd.get(key) ?? this.guess) - height) < 0.5) {
      return false;
    }
    this.odd.set(key, height);
    this.stale = true;
    return true;
  }

  layOut(count: number, keyOf: (index: number) => string): void {
    if (this.stale || this.starts.length !== count + 1) {
      this.starts = new Float64Array(count + 1);
      for (let i = 0; i < count; i++) {
        const height = this.odd.size > 0 ? this.odd.get(keyOf(i)) : undefined;
        this.starts[i + 1] = this.starts[i]! + (height ?? this.guess);
      }
      this.stale = false;
    }
  }

  forgetOrder(): void {
    this.stale = true;
  }

  startOf(index: number): number {
    return this.starts[Math.min(index, this.starts.length - 1)] ?? 0;
  }

  /** The row at so many pixels from the top. */
  rowAt(pixels: number): number {
    let low = 0;
    let high = this.starts.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= pixels) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return Math.max(0, low);
  }
}

export interface VirtualListProps {
  count: number;
  /** Stable as long as the row is. */
  keyOf: (index: number) => string;
  row: (index: number) => ComponentChildren;
  /** A row's height as long as nobody measured it, in pixels. */
  guess: number;
  label: string;
  class: string;
  /** Changes when other rows are shown under the same indices. */
  order?: unknown;
}

/**
 * A list of any length that draws what can be seen. Rows are as high as they are: what somebody looks at stays where it
 * is when rows above it prove higher than was guessed. Whoever is at the end stays there when more comes.
 */
export function VirtualList({ count, keyOf, row, guess, label, order, class: name }: VirtualListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const shift = useRef(0);
  const heights = useMemo(() => new Heights(guess), [guess]);
  const [, redraw] = useReducer((n: number) => n + 1, 0);

  useMemo(() => heights.forgetOrder(), [heights, order]);
  heights.layOut(count, keyOf);
  const top = scroller.current?.scrollTop ?? 0;
  const height = scroller.current?.clientHeight ?? 800;
  const total = heights.startOf(count);
  const from = atEnd.current ? Math.max(0, total - height) : top;
  const first = Math.max(0, heights.rowAt(from) - OVERSCAN);
  const last = Math.min(count, heights.rowAt(from + height) + 1 + OVERSCAN);

  useLayoutEffect(() => {
    const box = scroller.current!;
    if (shift.current !== 0) {
      // Now that there is room for it.
      box.scrollTop += shift.current;
      shift.current = 0;
    }
    const seen = heights.rowAt(box.scrollTop);
    const before = heights.startOf(seen);
    let changed = false;
    for (const element of rows.current?.children ?? []) {
      const { key } = (element as HTMLElement).dataset;
      changed = heights.measure(key!, element.getBoundingClientRect().height) || changed;
    }
    if (atEnd.current) {
      box.scrollTop = box.scrollHeight;
    }
    if (changed) {
      heights.layOut(count, keyOf);
      shift.current = atEnd.current ? 0 : heights.startOf(seen) - before;
      redraw(0);
    }
  });
  useLayoutEffect(() => {
    const resized = new ResizeObserver(() => redraw(0));
    resized.observe(scroller.current!);
    return () => resized.disconnect();
  }, []);

  const scrolled = () => {
    const box = scroller.current;
    // A list that is gone may still be told that it was scrolled.
    if (box) {
      atEnd.current = box.scrollTop + box.clientHeight > box.scrollHeight - 24;
      redraw(0);
    }
  };
  const indices = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  return (
    <div class={`scroller ${name}`} ref={scroller} onScroll={scrolled} tabIndex={0} role="region" aria-label={label}>
      <div class="spacer" style={{ height: `${total}px` }}>
        <div class="rows" role="list" ref={rows} style={{ transform: `translateY(${heights.startOf(first)}px)` }}>
          {indices.map((index) => (
            <div
              key={keyOf(index)}
              data-key={keyOf(index)}
              role="listitem"
              aria-setsize={count}
              aria-posinset={index + 1}
            >
              {row(index)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
