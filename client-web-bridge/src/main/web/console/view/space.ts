import { call, isPushed, isPushToTalk } from "../store/talk";

/** What a key belongs to when it is pressed there. */
const TAKES_SPACE = "input:not([type=range]), textarea, select, summary, a, [role=tab], button:not(.talk)";

/** Space is push-to-talk, unless it belongs to what has the focus. Letting go counts wherever it happens. */
export function watchSpace(): () => void {
  const watching = new AbortController();
  const { signal } = watching;
  addEventListener("keydown", (event) => isSpace(event) && press(event), { signal });
  addEventListener("keyup", (event) => isSpace(event) && release(event), { signal });
  addEventListener("blur", () => (isPushed.value = false), { signal });
  return () => watching.abort();
}

function press(event: KeyboardEvent): void {
  if (!isPushToTalk.value || !call.value || isElsewhere(event)) {
    return;
  }
  event.preventDefault();
  // A key that is still held from the call before does not open the microphone of this one.
  if (!event.repeat) {
    isPushed.value = true;
  }
}

function release(event: KeyboardEvent): void {
  isPushed.value = false;
  if (isPushToTalk.value && call.value && !isElsewhere(event)) {
    event.preventDefault();
  }
}

function isSpace({ code }: KeyboardEvent): boolean {
  return code === "Space";
}

function isElsewhere({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest(TAKES_SPACE) !== null;
}
