import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { sideband } from "../store/server";
import { call, giveUp, isPlacing, milestones, talk, talkFailure, wish, wishes } from "../store/talk";
import { waterfall } from "../model/timeline";
import { Microphone } from "./icons";
import { Waterfall, withLocal } from "./Timeline";

/** Where a call begins. */
export function Home() {
  const held = call.value !== undefined;
  return (
    <section class="pane main home" aria-label="New call">
      <div class="hero">
        {held ? (
          <h2>You are on a call</h2>
        ) : (
          <>
            <button
              class={`talk big ${isPlacing.value ? "placing" : ""}`}
              onClick={() => void talk()}
              aria-disabled={isPlacing.value}
              aria-label="Talk"
            >
              <Microphone />
            </button>
            <h2 aria-live="polite">{isPlacing.value ? "Calling …" : "Talk"}</h2>
            {isPlacing.value ? (
              <button class="quiet" onClick={giveUp}>
                Give up
              </button>
            ) : (
              <p class="faint">A voice call from this page, with everything that happens in it.</p>
            )}
          </>
        )}
        {talkFailure.value && (
          <p class="trouble-line" role="alert">
            {talkFailure.value}
          </p>
        )}
        {milestones.value.length > 0 && isPlacing.value && (
          <Waterfall bars={waterfall(withLocal([], milestones.value))} />
        )}
      </div>
      {!held && !isPlacing.value && <Options />}
    </section>
  );
}

/** What the assistant is told, and how it sounds. */
function Options() {
  const voices = useSignal<readonly string[]>([]);
  const preferred = useSignal("");
  useEffect(() => {
    sideband
      .ask((limit) => sideband.rpc.listVoices({}, limit))
      .then(({ dialects }) => {
        voices.value = dialects[0]?.voices ?? [];
        preferred.value = dialects[0]?.defaultVoice ?? "";
      })
      // The list of conversations says that the server is away; the default voice is offered all the same.
      .catch(() => undefined);
  }, []);
  return (
    <form class="options" onSubmit={(event) => event.preventDefault()}>
      <label>
        Instructions
        <textarea
          rows={3}
          placeholder="What the assistant is told, for example: answer in one short sentence."
          value={wishes.value.instructions}
          onInput={(event) => wish({ instructions: event.currentTarget.value })}
        />
      </label>
      <label>
        Voice
        <select value={wishes.value.voice} onChange={(event) => wish({ voice: event.currentTarget.value })}>
          <option value="">{preferred.value ? `${preferred.value} (default)` : "default"}</option>
          {voices.value
            .filter((voice) => voice !== preferred.value)
            .map((voice) => (
              <option key={voice}>{voice}</option>
            ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={wishes.value.handoff}
          onChange={(event) => wish({ handoff: event.currentTarget.checked })}
        />
        Offer the background agent (you answer for it, under “agent”)
      </label>
    </form>
  );
}
