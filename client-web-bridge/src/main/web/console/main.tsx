import { render } from "preact";
import { watchList } from "./store/list";
import { watchRoute } from "./store/route";
import { App } from "./view/App";

watchRoute();
watchList();
render(<App />, document.getElementById("console")!);
