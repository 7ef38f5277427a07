// What the tests of a suite find ready: a stack and a browser.
import { createServer } from "node:http";
import { after, before } from "node:test";
import { launchBrowser, PRICES, Stack } from "./stack.mjs";

/** How long a test may take; a disk that is slow, or a machine that does something else, is no failure. */
export const LIMIT = { timeout: 120_000 };

/** How long one may take that starts a stack: the launcher builds what is not built. */
export const START_LIMIT = { timeout: 600_000 };

/** A site of somebody else's, of one page, which a test gives it. The shared stack may be called from there. */
export const site = { page: "" };

const sites = createServer((_, response) => {
  response.setHeader("content-type", "text/html");
  response.end(site.page);
});

let shared;
let sharedBrowser;

/** One for all suites of this process: to start one takes longer than most tests. */
async function startShared() {
  await new Promise((listening) => sites.listen(0, "127.0.0.1", listening));
  site.url = `http://127.0.0.1:${sites.address().port}`;
  return Stack.start({
    settings: [`session.prices-file=${PRICES}`],
    bridge: ["--allow-origin", site.url],
  });
}

after(async () => {
  sites.closeAllConnections();
  sites.close();
  await (await sharedBrowser)?.close();
  await (await shared)?.close();
}, LIMIT);

/**
 * For the suite that calls it, from its first test on: the `stack` that all suites share, and a `browser`: the one that
 * all share, whose microphone beeps, or one of its own, whose microphone says `recording` once. A test that kills
 * something of the stack starts that again. Pages that are left open are closed.
 */
export function shareStack(recording) {
  const suite = {};
  before(async () => {
    shared ??= startShared();
    suite.stack = await shared;
    suite.browser = await browserOf(recording);
  }, START_LIMIT);
  after(() => leave(suite.browser, recording), LIMIT);
  return suite;
}

function browserOf(recording) {
  return recording
    ? launchBrowser(recording)
    : (sharedBrowser ??= launchBrowser());
}

async function leave(browser, recording) {
  const pages = browser?.contexts() ?? [];
  await Promise.all(pages.map((context) => context.close()));
  await (recording && browser?.close());
}

/** The same, with a stack of the suite's own; `options` are {@link Stack.start}'s. */
export function ownStack(options, recording) {
  const suite = {};
  before(async () => {
    suite.stack = await Stack.start(options);
    suite.browser = await browserOf(recording);
  }, START_LIMIT);
  after(async () => {
    await leave(suite.browser, recording);
    await suite.stack?.close();
  }, LIMIT);
  return suite;
}
