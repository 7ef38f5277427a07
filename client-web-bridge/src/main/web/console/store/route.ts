import { computed, effect, signal } from "@preact/signals";
import { Opened } from "./opened";
import { own } from "./talk";

export type Pane = "list" | "main" | "details";

const hash = signal(location.hash);
globalThis.addEventListener("hashchange", () => (hash.value = location.hash));

/** The conversation that is looked at; empty for none. */
export const openedId = computed(() => /^#\/c\/([0-9a-f-]+)$/.exec(hash.value)?.[1] ?? "");
export const opened = signal<Opened | undefined>(undefined);
/** On a narrow screen there is room for one. */
export const pane = signal<Pane>("main");

export function showConversation(id: string): void {
  location.hash = `#/c/${id}`;
  hash.value = location.hash;
  pane.value = "main";
}

export function showHome(): void {
  location.hash = "#/";
  hash.value = location.hash;
  pane.value = "main";
}

/** Opens what the address names; a call of our own has its events already. */
export function watchRoute(): void {
  effect(() => {
    const id = openedId.value;
    const ours = own.value?.id === id ? own.value : undefined;
    const before = opened.peek();
    if (id === (before?.id ?? "") && (!ours || ours === before)) {
      return;
    }
    if (before !== own.peek()) {
      before?.leave();
    }
    opened.value = ours ?? (id ? openStranger(id) : undefined);
  });
}

/** Opens anew what could not be followed any more. */
export function reopen(): void {
  const before = opened.peek();
  if (before) {
    before.leave();
    if (own.peek() === before) {
      own.value = undefined;
    }
    opened.value = openStranger(before.id);
  }
}

function openStranger(id: string): Opened {
  const stranger = new Opened(id);
  void stranger.follow();
  return stranger;
}
