import { useSignal } from "@preact/signals";
import { HandoffOutput_Phase } from "../../gen/sideband/v1/input_pb";
import type { SidebandError } from "../../sideband-web/index";
import type { Conversation } from "../model/conversation";
import type { Work } from "../model/work";
import { offset, span } from "../model/words";
import { sideband } from "../store/server";

/** What the model asked for: handoffs to a background agent, and tools. Who looks may answer. */
export function WorkTab({ state, isLive }: { state: Conversation; isLive: boolean }) {
  if (state.work.length === 0) {
    return (
      <p class="empty">
        The model asked for nothing yet. Offer it the background agent, and say something with “agent” in it: the
        request appears here, and you can answer it.
      </p>
    );
  }
  const open = isLive && state.phase !== "ended" && state.phase !== "ending";
  return (
    <ul class="work-list">
      {state.work.toReversed().map((work) => (
        <li key={work.id} class={`card ${work.state}`}>
          <header>
            <b>{work.kind === "handoff" ? "handoff" : work.name}</b>
            <span class="pill">{work.state}</span>
            <span class="faint">
              {offset(work.at)}
              {work.closedAt !== undefined && `, ${span(work.closedAt - work.at)}`}
            </span>
          </header>
          <p class="input">{work.input}</p>
          {work.outputs.map((output, index) => (
            <p key={index} class={`output ${output.commentary ? "faint" : ""}`}>
              {output.text}
            </p>
          ))}
          {work.recovered && <p class="faint">offered again after a restart</p>}
          {open && work.state === "open" && <Answer conversationId={state.id} work={work} />}
        </li>
      ))}
    </ul>
  );
}

function Answer({ conversationId, work }: { conversationId: string; work: Work }) {
  const text = useSignal("");
  const failure = useSignal("");
  const answer = async (event: Event) => {
    event.preventDefault();
    const panel = (event.currentTarget as HTMLElement).closest<HTMLElement>("[role=tabpanel]");
    try {
      await sideband.send(conversationId, inputOf(work, text.value));
      failure.value = "";
      // The form goes when the answer is an event, and the focus should not.
      panel?.focus();
    } catch (thrown) {
      failure.value = (thrown as SidebandError).message;
    }
  };
  return (
    <form onSubmit={(event) => void answer(event)}>
      <input
        type="text"
        required
        placeholder="Answer as the agent"
        aria-label={`Answer to: ${work.input}`}
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <button>Answer</button>
      {failure.value && (
        <p class="trouble-line" role="alert">
          {failure.value}
        </p>
      )}
    </form>
  );
}

function inputOf({ id, kind }: Work, text: string) {
  return kind === "handoff"
    ? { kind: { case: "handoffOutput" as const, value: { handoffId: id, text, phase: HandoffOutput_Phase.FINAL } } }
    : { kind: { case: "toolOutput" as const, value: { toolCallId: id, output: text } } };
}
