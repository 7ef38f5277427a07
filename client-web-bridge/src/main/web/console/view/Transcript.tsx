import { useMemo } from "preact/hooks";
import type { Conversation } from "../model/conversation";
import { isSettled, type InputFate } from "../model/inputs";
import { isShown, type Said, textOf, whoOf } from "../model/transcript";
import { offset } from "../model/words";
import { VirtualList } from "./VirtualList";

/** What was said, in the order of the provider's items. */
export function Transcript({ state }: { state: Conversation }) {
  const lines = useMemo(() => state.transcript.filter(isShown), [state.transcript]);
  const fates = useMemo(() => new Map(state.inputs.map((input) => [input.id, input])), [state.inputs]);
  return (
    <VirtualList
      class="transcript"
      label="Transcript"
      count={lines.length}
      keyOf={(index) => lines[index]!.key}
      row={(index) => <Line said={lines[index]!} fate={fates.get(lines[index]!.inputId)} />}
      guess={72}
      order={lines}
    />
  );
}

function Line({ said, fate }: { said: Said; fate: InputFate | undefined }) {
  switch (said.kind) {
    case "notice":
    case "trouble":
      return <p class={`notice ${said.kind}`}>{textOf(said)}</p>;
    case "handoff":
      return (
        <p class="notice work">
          <b>handoff</b> {textOf(said)}
        </p>
      );
    case "tool":
      return (
        <p class="notice work">
          <b>tool</b> {textOf(said)}
        </p>
      );
    default:
      return <Bubble said={said} fate={fate} />;
  }
}

function Bubble({ said, fate }: { said: Said; fate: InputFate | undefined }) {
  const who = whoOf(said);
  const note = fate && (!isSettled(fate) || fate.fate === "rejected" || fate.fate === "in doubt");
  return (
    <div class={`bubble ${who} ${said.completed ? "" : "growing"} ${said.deleted ? "deleted" : ""}`}>
      <span class="who">
        {who}
        <time>{offset(said.at)}</time>
      </span>
      <p>
        {textOf(said)}
        {!said.completed && <span class="caret" role="img" aria-label="not finished" />}
      </p>
      {said.interrupted && <span class="mark">cut off</span>}
      {said.deleted && <span class="mark">deleted</span>}
      {note && (
        <span class={`mark ${fate.fate === "rejected" ? "bad" : ""}`}>
          {fate.fate}
          {fate.why && `: ${fate.why}`}
        </span>
      )}
    </div>
  );
}
