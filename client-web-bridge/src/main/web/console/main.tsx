import { effect } from "@preact/signals";
import { render } from "preact";
import { watchList } from "./store/list";
import { watchRoute } from "./store/route";
import { call } from "./store/talk";
import { App } from "./view/App";

watchRoute();
watchList();
effect(() => {
  document.title = call.value ? "On a call · Sideband" : "Sideband";
});
addEventListener("beforeunload", (event) => {
  if (call.value) {
    event.preventDefault(); // The call would be gone: a page cannot hand it on.
  }
});
render(<App />, document.getElementById("console")!);
