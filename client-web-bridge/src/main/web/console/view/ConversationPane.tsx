import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type SidebandError, uuid } from "../../sideband-web/index";
import type { Conversation } from "../model/conversation";
import { list, span } from "../model/words";
import { now } from "../store/clock";
import { exportEvents, exportTranscript } from "../store/export";
import type { Opened } from "../store/opened";
import { pane, reopen } from "../store/route";
import { sideband } from "../store/server";
import { call, hangUp, own } from "../store/talk";
import { CallBar } from "./CallBar";
import { Download, Send, Stop } from "./icons";
import { Announcer } from "./Announcer";
import { Transcript } from "./Transcript";

/** A conversation: how it stands, what was said, and a place to say something. */
export function ConversationPane({ opened }: { opened: Opened }) {
  const state = opened.shown.value;
  const isLive = opened.position.value === undefined;
  const isOver = opened.isOver.value;
  const isOwn = own.value === opened && call.value !== undefined;
  return (
    <section class="pane main" aria-label="Conversation">
      <Header opened={opened} state={state} isOwn={isOwn} />
      {opened.failure.value && (
        <p class="trouble-line" role="alert">
          {opened.failure.value}
          {opened.connection.value === "failed" && (
            <button class="quiet" onClick={reopen}>
              Try again
            </button>
          )}
        </p>
      )}
      {opened.missing.value && <p class="travel-note">{opened.missing.value}</p>}
      {state.transcript.length === 0 && opened.connection.value !== "failed" && (
        <p class="empty">{opened.length.value === 0 ? "Opening …" : "Nothing was said yet."}</p>
      )}
      <Transcript state={state} />
      <Announcer opened={opened} />
      {!isLive && (
        <p class="travel-note">
          This is how it stood at event {state.sequence}.{!isOver && " What you type is said now."}
        </p>
      )}
      {isOwn && <CallBar />}
      {!isOver && <Composer id={opened.id} />}
    </section>
  );
}

interface HeaderProps {
  opened: Opened;
  state: Conversation;
  isOwn: boolean;
}

function Header({ opened, state, isOwn }: HeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Whoever stood on something that is gone, as after hanging up, goes on here.
    if (document.activeElement === document.body) {
      heading.current?.focus({ preventScroll: true });
    }
  }, [isOwn, opened, opened.isOver.value]);
  const { started, phase, sideband: attached } = state;
  const isGoingOn = !opened.isOver.value && opened.connection.value !== "failed";
  const ticks = opened.position.value === undefined && isGoingOn && state.startedAt > 0;
  const lasted = (ticks ? now.value : state.endedAt || state.lastTime) - state.startedAt;
  const trouble = attached === "lost" && phase !== "ended";
  return (
    <header class="conversation-header">
      <div>
        <h2 title={opened.id} ref={heading} tabIndex={-1}>
          <span>
            {started?.metadata["title"] || <span class="word">conversation </span>}
            {!started?.metadata["title"] && opened.id.slice(0, 13)}
          </span>
          <span class={`pill ${phase}`}>{phase}</span>
          {trouble && <span class="pill lost">sideband lost</span>}
        </h2>
        <p class="faint">
          {list(started?.model, started?.voice, lasted > 0 && span(lasted))}
          <span class="stream-notice" role="status">
            {opened.notice.value}
          </span>
        </p>
      </div>
      <div class="actions">
        <button class="quiet pane-switch" onClick={() => (pane.value = "details")}>
          details
        </button>
        <details class="menu">
          <summary aria-label="Export" title="Export">
            <Download />
          </summary>
          <div>
            <button onClick={() => exportEvents(opened)}>Events, JSON lines</button>
            <button onClick={() => exportTranscript(opened)}>Transcript, text</button>
          </div>
        </details>
        {!opened.isOver.value && <StopButton opened={opened} isOwn={isOwn} />}
      </div>
    </header>
  );
}

/** Ends it: one's own call at once, somebody else's after a second thought. */
function StopButton({ opened, isOwn }: { opened: Opened; isOwn: boolean }) {
  const isSure = useSignal(false);
  const stop = async () => {
    if (isOwn) {
      await hangUp();
    } else if (!isSure.value) {
      isSure.value = true;
    } else {
      try {
        await sideband.stop(opened.id);
      } catch (thrown) {
        opened.notice.value = (thrown as SidebandError).message;
      }
    }
  };
  return (
    <button
      class={isSure.value ? "bad" : "quiet"}
      onClick={() => void stop()}
      onBlur={() => (isSure.value = false)}
      title="End this conversation"
    >
      <Stop /> {isSure.value ? "End it for everyone?" : "End"}
    </button>
  );
}

/** Types something for the assistant to answer; it is kept until the server has it, and so is what is typed meanwhile. */
function Composer({ id }: { id: string }) {
  const text = useSignal("");
  const failure = useSignal("");
  const waiting = useSignal(false);
  const unsure = useRef({ said: "", requestId: "" });
  const say = async (event: Event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (!said || waiting.value) {
      return;
    }
    waiting.value = true;
    const wasUnsure = unsure.current.said === said;
    const requestId = wasUnsure ? unsure.current.requestId : uuid();
    unsure.current = { said: "", requestId: "" };
    try {
      await sideband.say(id, said, { requestId });
      if (text.value.trim() === said) {
        text.value = "";
      }
      failure.value = "";
    } catch (thrown) {
      const { message, isOutcomeKnown } = thrown as SidebandError;
      const isUnsure = wasUnsure || !isOutcomeKnown;
      unsure.current = isUnsure ? { said, requestId } : unsure.current;
      failure.value = isUnsure
        ? `it is not known whether this arrived (${message}): send it again, it is said only once`
        : `not sent: ${message}`;
    }
    waiting.value = false;
  };
  return (
    <form class="composer" onSubmit={(event) => void say(event)}>
      {failure.value && (
        <p class="trouble-line" role="alert">
          {failure.value}
        </p>
      )}
      <input
        type="text"
        placeholder="Type to the assistant"
        aria-label="Type to the assistant"
        autocomplete="off"
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <button class="accent round" aria-label="Send" disabled={!text.value.trim() || waiting.value}>
        <Send />
      </button>
    </form>
  );
}
