import { signal } from "@preact/signals";
import type { Opened } from "../store/opened";
import { milestones, own } from "../store/talk";
import { Events } from "./Events";
import { Timeline } from "./Timeline";
import { UsageTab } from "./UsageTab";
import { WorkTab } from "./WorkTab";

const TABS = ["timeline", "events", "usage", "agent"] as const;
type Tab = (typeof TABS)[number];

const tab = signal<Tab>("timeline");

/** What lies behind the transcript. */
export function Details({ opened }: { opened: Opened }) {
  const state = opened.shown.value;
  const isLive = opened.position.value === undefined;
  const openWork = state.work.filter((work) => work.state === "open").length;
  return (
    <section class="pane details" aria-label="Details">
      <div role="tablist" aria-label="Details" onKeyDown={moveOn}>
        {TABS.map((name) => (
          <button
            key={name}
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab.value === name}
            aria-controls="tab-panel"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => (tab.value = name)}
          >
            {name}
            {name === "agent" && openWork > 0 && <span class="badge">{openWork}</span>}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id="tab-panel"
        tabIndex={0}
        aria-labelledby={`tab-${tab.value}`}
        class={`tab-panel ${tab.value}`}
      >
        {tab.value === "timeline" && (
          <Timeline state={state} local={own.value === opened && isLive ? milestones.value : []} />
        )}
        {tab.value === "events" && <Events opened={opened} />}
        {tab.value === "usage" && <UsageTab state={state} />}
        {tab.value === "agent" && <WorkTab state={state} isLive={isLive} />}
      </div>
    </section>
  );
}

function moveOn(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) {
    const next = TABS[(TABS.indexOf(tab.value) + step + TABS.length) % TABS.length]!;
    tab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  }
}
