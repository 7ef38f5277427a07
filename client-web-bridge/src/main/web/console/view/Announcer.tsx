import { useRef } from "preact/hooks";
import { isShown, type Said, textOf, whoOf } from "../model/transcript";
import type { Opened } from "../store/opened";

/** Lines that come within one frame are all said; of more only the last ones. */
const MOST = 4;

/** Says to screen readers, once, what is added to the transcript while one follows it. */
export function Announcer({ opened }: { opened: Opened }) {
  const before = useRef<ReadonlySet<string> | undefined>(undefined);
  const lines = opened.length.value > 0 ? opened.history.latest.transcript.filter(isFinished) : [];
  if (opened.connection.value === "live") {
    // Of all that is stored, also what has had no frame yet to be shown in.
    before.current ??= new Set(opened.history.latest.transcript.filter(isFinished).map(({ key }) => key));
  }
  const added = before.current ? lines.filter(({ key }) => !before.current?.has(key)) : [];
  return (
    <div class="visually-hidden" role="log" aria-label="What was said just now">
      {added.slice(-MOST).map((said) => (
        <p key={said.key}>{said.kind === "message" ? `${whoOf(said)}: ${textOf(said)}` : textOf(said)}</p>
      ))}
    </div>
  );
}

function isFinished(said: Said): boolean {
  return isShown(said) && (said.kind !== "message" || said.completed);
}
