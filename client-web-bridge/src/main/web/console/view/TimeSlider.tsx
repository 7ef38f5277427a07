import { offset } from "../model/words";
import type { Opened } from "../store/opened";

/** Moves through the conversation's events; at the right end it is live. */
export function TimeSlider({ opened }: { opened: Opened }) {
  const length = opened.length.value;
  const at = opened.shownLength.value;
  const travels = opened.position.value !== undefined && at < length;
  const state = opened.shown.value;
  const isOver = opened.connection.value === "over" || opened.connection.value === "failed";
  const isFollowed = opened.connection.value === "live";
  return (
    <div class={`time-slider ${travels ? "travels" : ""}`} role="group" aria-label="Time travel">
      <button class="quiet" aria-label="One event back" disabled={at === 0} onClick={() => opened.standAt(at - 1)}>
        ‹
      </button>
      <input
        type="range"
        min={0}
        max={length}
        value={at}
        aria-label="Event"
        aria-valuetext={`event ${at} of ${length}, ${offset(state.lastTime - state.startedAt)}`}
        onInput={(event) => opened.standAt(Number(event.currentTarget.value))}
      />
      <button class="quiet" aria-label="One event on" disabled={at >= length} onClick={() => opened.standAt(at + 1)}>
        ›
      </button>
      {/* The slider says it where it is asked for: to say each event as it comes would be too much. */}
      <output aria-live="off">
        {at} <span class="faint">/ {length}</span>
        <span class="faint at">{state.startedAt > 0 && offset(state.lastTime - state.startedAt)}</span>
      </output>
      <button class="live-button" aria-pressed={!travels} onClick={() => opened.standAt(undefined)}>
        <span class={`dot ${!travels && isFollowed ? "live" : ""}`} />
        {isOver ? "end" : "live"}
      </button>
    </div>
  );
}
