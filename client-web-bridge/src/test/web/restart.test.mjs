import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Console, isGapless } from "./console.mjs";
import { sharedStack } from "./shared.mjs";
import {
  launchBrowser,
  openPage,
  openSilentPage,
  Stack,
  START_LIMIT,
  until,
  Wire,
} from "./stack.mjs";

const LIMIT = { timeout: 120_000 };

/** Runs in the page before its scripts: counts the peer connections that it makes. */
function countPeers() {
  const Real = RTCPeerConnection;
  globalThis.peers = [];
  globalThis.RTCPeerConnection = class extends Real {
    constructor(...given) {
      super(...given);
      globalThis.peers.push(this);
    }
  };
}

async function openConsole(browser, url) {
  const page = await openPage(browser, "about:blank");
  await page.addInitScript(countPeers);
  await page.goto(url);
  return new Console(page);
}

const peerStates = (page) =>
  page.evaluate(() => globalThis.peers.map((peer) => peer.connectionState));

describe("a call in which something goes away", () => {
  let stack;
  let browser;

  before(async () => {
    stack = await sharedStack();
    browser = await launchBrowser();
  }, START_LIMIT);

  after(async () => {
    await browser?.close();
  }, LIMIT);

  it(
    "should go on talking, and miss nothing, when the server is killed and started again",
    LIMIT,
    async () => {
      const console_ = await openConsole(browser, stack.url);
      const { page } = console_;
      await console_.talk();
      await console_.hears(10);
      await stack.server.kill();
      await page.getByText("reconnecting").waitFor();
      await console_.hears(30);
      assert.deepEqual(await peerStates(page), ["connected"]);

      // What is typed meanwhile arrives once.
      await console_.mute();
      await console_.say("Said while it was away.");
      await stack.startServer();
      await console_.saw("the sideband is back");
      await console_.saw("You said: Said while it was away.");
      await console_.unmute();
      await console_.hears(10);
      assert.deepEqual(
        await peerStates(page),
        ["connected"],
        "the call is the same one",
      );
      await until(async () => !(await page.getByText("reconnecting").count()));

      await console_.hangUp();
      const events = await console_.events();
      assert.ok(isGapless(events));
      const accepted = events.filter(({ inputAccepted }) =>
        inputAccepted?.input.text?.text.includes("while it was away"),
      );
      assert.equal(accepted.length, 1);
      assert.deepEqual(page.troubles, []);
      await page.context().close();
    },
  );

  it(
    "should go on talking, and miss nothing, when the network of the page drops",
    LIMIT,
    async () => {
      const wire = await Wire.to(stack.url);
      const console_ = await openConsole(browser, wire.url);
      const { page } = console_;
      await console_.talk();
      wire.cut();
      await page.getByText("reconnecting").waitFor();
      await console_.hears(10);
      await console_.mute();
      await console_.hearsNothing();
      const client = await stack.client();
      await client.say(console_.conversationId, "From elsewhere.");
      wire.mend();
      await console_.saw("You said: From elsewhere.");
      assert.deepEqual(await peerStates(page), ["connected"]);
      await console_.hangUp();
      assert.ok(isGapless(await console_.events()));
      await page.context().close();
      wire.close();
    },
  );

  it("should go on when the bridge is started again", LIMIT, async () => {
    const page = await openSilentPage(browser, stack.url);
    const console_ = new Console(page);
    await console_.talk();
    await stack.stopBridge();
    await page.getByText("reconnecting").waitFor();
    await stack.startBridge();
    await console_.say("Back again.");
    await console_.saw("You said: Back again.");
    await console_.hangUp();
    assert.ok(isGapless(await console_.events()));
    await page.context().close();
  });
});

describe("a call that has to be renewed", () => {
  it(
    "should go on in the next call when the provider's limit is near",
    LIMIT,
    async () => {
      const stack = await Stack.start({
        loopback: ["--session-limit-ms", "12000"],
        settings: ["openai.session-limit=12s"],
      });
      const browser = await launchBrowser();
      try {
        const console_ = await openConsole(browser, stack.url);
        await console_.talk();
        // Nobody is in mid-sentence.
        await console_.mute();
        await console_.saw("the call was renewed");
        await console_.unmute();
        await console_.hears(20);
        const states = await peerStates(console_.page);
        assert.deepEqual(states, ["closed", "connected"]);
        await console_.hangUp();
        assert.ok(isGapless(await console_.events()));
      } finally {
        await browser.close();
        await stack.close();
      }
    },
  );
});
