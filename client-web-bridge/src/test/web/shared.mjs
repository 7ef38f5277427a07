// One stack for all tests of this process that need nothing special: to start one takes longer than most tests.
import { createServer } from "node:http";
import { after } from "node:test";
import { Stack } from "./stack.mjs";

/** A site of somebody else's, of one page, which a test gives it. The bridge may be called from there. */
export const site = { page: "" };

const sites = createServer((_, response) => {
  response.setHeader("content-type", "text/html");
  response.end(site.page);
});

let stack;

/** Starts it when it is first asked for. Whoever kills something of it starts that again. */
export function sharedStack() {
  stack ??= start();
  return stack;
}

async function start() {
  await new Promise((listening) => sites.listen(0, "127.0.0.1", listening));
  site.url = `http://127.0.0.1:${sites.address().port}`;
  return Stack.start({ bridge: ["--allow-origin", site.url] });
}

after(
  async () => {
    sites.closeAllConnections();
    sites.close();
    await (await stack)?.close();
  },
  { timeout: 60_000 },
);
