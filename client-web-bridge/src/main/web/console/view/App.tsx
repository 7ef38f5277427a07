import { useEffect } from "preact/hooks";
import { opened, pane, type Pane, showConversation } from "../store/route";
import { call, own } from "../store/talk";
import { CallBar, CallStrip } from "./CallBar";
import { ConversationPane } from "./ConversationPane";
import { Details } from "./Details";
import { Home } from "./Home";
import { List } from "./List";
import { watchSpace } from "./space";
import { TimeSlider } from "./TimeSlider";
import { TokenDialog } from "./TokenDialog";

const PANES: readonly { name: Pane; label: string }[] = [
  { name: "list", label: "Conversations" },
  { name: "main", label: "Talk" },
  { name: "details", label: "Details" },
];

/** The whole page: conversations, one of them, what lies behind it, and the time slider below. */
export function App() {
  useEffect(watchSpace, []);
  const shown = opened.value;
  const strays = call.value && own.value && shown !== own.value;
  return (
    <div class={`console pane-${pane.value} ${shown ? "" : "no-conversation"}`}>
      <List />
      <main>
        <h1 class="visually-hidden">Sideband</h1>
        {shown ? <ConversationPane key={shown.id} opened={shown} /> : <Home />}
        {shown && <Details key={shown.id} opened={shown} />}
        {shown && <TimeSlider opened={shown} />}
        {strays && (
          <div class="stray-call">
            <button class="quiet" onClick={() => showConversation(own.value!.id)}>
              Back to your call
            </button>
            <CallBar />
          </div>
        )}
        {call.value && shown && !strays && pane.value !== "main" && <CallStrip />}
      </main>
      <nav class="pane-bar" aria-label="Panes">
        {PANES.filter(({ name }) => shown || name !== "details").map(({ name, label }) => (
          <button
            key={name}
            aria-current={pane.value === name ? "true" : undefined}
            onClick={() => (pane.value = name)}
          >
            {label}
          </button>
        ))}
      </nav>
      <TokenDialog />
    </div>
  );
}
