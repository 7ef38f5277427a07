import { toJson } from "@bufbuild/protobuf";
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { RealtimeEventSchema } from "../../gen/sideband/v1/event_pb";
import { epochMillisOf } from "../../sideband-web/index";
import type { Tone } from "../model/line";
import { offset } from "../model/words";
import type { Opened } from "../store/opened";
import { VirtualList } from "./VirtualList";

type Group = "all" | "talk" | "milestones" | "trouble";

const GROUPS: Record<Group, readonly Tone[] | undefined> = {
  all: undefined,
  talk: ["user", "assistant", "normal"],
  milestones: ["milestone"],
  trouble: ["warning", "error"],
};

/** Every event up to where one stands; each can be opened, and stood at. */
export function Events({ opened }: { opened: Opened }) {
  const group = useSignal<Group>("all");
  const text = useSignal("");
  const open = useSignal<ReadonlySet<number>>(new Set());
  const count = opened.shownLength.value;
  const found = useMemo(
    () => search(opened, count, GROUPS[group.value], text.value.trim().toLowerCase()),
    [opened, count, group.value, text.value],
  );
  const toggle = (index: number) => {
    const next = new Set(open.value);
    if (!next.delete(index)) {
      next.add(index);
    }
    open.value = next;
  };
  return (
    <div class="events">
      <div class="filter">
        <input
          type="search"
          placeholder="Filter events"
          aria-label="Filter events"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <div role="group" aria-label="Kinds of events" class="segments">
          {(Object.keys(GROUPS) as Group[]).map((name) => (
            <button key={name} aria-pressed={group.value === name} onClick={() => (group.value = name)}>
              {name}
            </button>
          ))}
        </div>
      </div>
      <VirtualList
        class="event-list"
        label="Events"
        count={found.length}
        keyOf={(row) => String(found[row]!)}
        row={(row) => (
          <EventRow opened={opened} index={found[row]!} isOpen={open.value.has(found[row]!)} toggle={toggle} />
        )}
        guess={30}
        order={found}
      />
      {found.length === 0 && <p class="empty">No event matches.</p>}
    </div>
  );
}

function search(opened: Opened, count: number, tones: readonly Tone[] | undefined, text: string): number[] {
  const found: number[] = [];
  for (let index = 0; index < count; index++) {
    const { tone, what, detail } = opened.line(index);
    const fits = (!tones || tones.includes(tone)) && (!text || `${what} ${detail}`.toLowerCase().includes(text));
    if (fits) {
      found.push(index);
    }
  }
  return found;
}

interface EventRowProps {
  opened: Opened;
  index: number;
  isOpen: boolean;
  toggle: (index: number) => void;
}

function EventRow({ opened, index, isOpen, toggle }: EventRowProps) {
  const event = opened.history.events[index]!;
  const { tone, what, detail } = opened.line(index);
  const started = epochMillisOf(opened.history.events[0]?.time);
  return (
    <div class={`event ${tone} ${isOpen ? "open" : ""}`}>
      <button class="event-line" aria-expanded={isOpen} onClick={() => toggle(index)}>
        <span class="number faint">{String(event.sequence)}</span>
        <span class="number faint">{offset(epochMillisOf(event.time) - started)}</span>
        <span class="what">{what}</span>
        <span class="detail">{detail}</span>
      </button>
      {isOpen && (
        <div class="json">
          <button class="quiet" onClick={() => opened.standAt(index + 1)}>
            See the conversation at this event
          </button>
          <pre tabIndex={0}>{JSON.stringify(toJson(RealtimeEventSchema, event), undefined, 2)}</pre>
        </div>
      )}
    </div>
  );
}
