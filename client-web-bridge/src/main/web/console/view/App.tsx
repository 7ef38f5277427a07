import { useEffect } from "preact/hooks";
import { opened, pane, type Pane, showConversation } from "../store/route";
import { call, isPushed, isPushToTalk, own } from "../store/talk";
import { CallBar } from "./CallBar";
import { ConversationPane } from "./ConversationPane";
import { Details } from "./Details";
import { Home } from "./Home";
import { List } from "./List";
import { TimeSlider } from "./TimeSlider";
import { TokenDialog } from "./TokenDialog";

/** What a key belongs to when it is pressed there. */
const TAKES_SPACE = "input:not([type=range]), textarea, select, summary, a, [role=tab], button:not(.talk)";

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
        {shown && <Details opened={shown} />}
        {shown && <TimeSlider opened={shown} />}
        {strays && (
          <div class="stray-call">
            <button class="quiet" onClick={() => showConversation(own.value!.id)}>
              Back to your call
            </button>
            <CallBar />
          </div>
        )}
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

/** Space is push-to-talk, unless it belongs to what has the focus. */
function watchSpace(): () => void {
  const press = (down: boolean) => (event: KeyboardEvent) => {
    const elsewhere = event.target instanceof Element && event.target.closest(TAKES_SPACE);
    if (event.code === "Space" && isPushToTalk.value && call.value && !(down && elsewhere)) {
      isPushed.value = down;
      if (!elsewhere) {
        event.preventDefault();
      }
    }
  };
  const [down, up, lost] = [press(true), press(false), () => (isPushed.value = false)];
  addEventListener("keydown", down);
  addEventListener("keyup", up);
  addEventListener("blur", lost);
  return () => {
    removeEventListener("keydown", down);
    removeEventListener("keyup", up);
    removeEventListener("blur", lost);
  };
}
