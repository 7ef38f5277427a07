import { batch, computed, signal } from "@preact/signals";
import type { Call, CallOptions, Milestone, SidebandError } from "../../sideband-web/index";
import { keep, keptObject } from "./kept";
import { refreshList } from "./list";
import { Opened } from "./opened";
import { showConversation } from "./route";
import { sideband } from "./server";

/** What the next call is to be like; kept by the browser. */
export interface Wishes {
  instructions: string;
  voice: string;
  handoff: boolean;
}

const WISHES = "sideband.wishes";

export const wishes = signal<Wishes>({
  instructions: "",
  voice: "",
  handoff: true,
  ...keptObject(() => localStorage, WISHES),
});

/** The call that this page holds, and its conversation. */
export const call = signal<Call | undefined>(undefined);
export const own = signal<Opened | undefined>(undefined);
export const isPlacing = signal(false);
/** The client's own milestones of the call that is, or was last, placed. */
export const milestones = signal<readonly Milestone[]>([]);
export const talkFailure = signal("");
export const callNote = signal("");

export const isMuted = signal(false);
export const isPushToTalk = signal(false);
/** The key, or the button, is held down. */
export const isPushed = signal(false);
export const isMicrophoneOpen = computed(() => (isPushToTalk.value ? isPushed.value : !isMuted.value));
isMicrophoneOpen.subscribe((open) => call.value?.speak(open));

let placing: AbortController | undefined;

export function wish(to: Partial<Wishes>): void {
  wishes.value = { ...wishes.value, ...to };
  keep(() => localStorage, WISHES, JSON.stringify(wishes.value));
}

/** Places a call, and shows its conversation as soon as there is one. */
export async function talk(): Promise<void> {
  if (isPlacing.value || call.value) {
    return;
  }
  placing = new AbortController();
  batch(() => {
    isPlacing.value = true;
    milestones.value = [];
    talkFailure.value = "";
    callNote.value = "";
    isPushed.value = false;
  });
  const early: ((opened: Opened) => void)[] = [];
  let tell = (what: (opened: Opened) => void): unknown => early.push(what);
  let placed: Call | undefined;
  let isHungUp = false;
  try {
    placed = await sideband.placeCall({
      ...optionsOf(wishes.value),
      signal: placing.signal,
      onMilestone: (milestone) => (milestones.value = [...milestones.value, milestone]),
      onUpdate: (update) => tell((opened) => opened.take(update)),
      onNote: (text) => (callNote.value = text),
      onHangUp: () => {
        isHungUp = true;
        letGo(placed);
      },
      onEnd: (failure) => {
        tell((opened) => opened.end(failure));
        void refreshList();
      },
    });
    const opened = new Opened(placed.conversationId);
    tell = (what) => what(opened);
    early.forEach(tell);
    if (!isHungUp) {
      placed.speak(isMicrophoneOpen.value);
      call.value = placed;
    }
    own.value = opened;
    showConversation(placed.conversationId);
  } catch (thrown) {
    const failure = thrown as SidebandError;
    talkFailure.value = failure.isCancelled ? "" : failure.message;
  } finally {
    isPlacing.value = false;
    void refreshList();
  }
}

function optionsOf({ instructions, voice, handoff }: Wishes): CallOptions {
  return {
    session: { instructions, voice, handoff: { enabled: handoff } },
    metadata: { client: "console" },
  };
}

/** The page does not hold this call any more, and nothing of it stays pressed; it may hold the next one already. */
function letGo(which: Call | undefined): void {
  if (call.value === which) {
    batch(() => {
      call.value = undefined;
      isPushed.value = false;
    });
  }
}

/** Gives up the call that is being placed. */
export function giveUp(): void {
  placing?.abort();
}

export async function hangUp(): Promise<void> {
  const held = call.value;
  const opened = own.value;
  letGo(held);
  try {
    await held?.stop();
  } catch (thrown) {
    opened?.warn(`The server was not told that you hung up: ${(thrown as SidebandError).message}`);
  }
}
