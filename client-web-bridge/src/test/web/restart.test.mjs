import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Console, isGapless } from "./console.mjs";
import { peerStates, watchPeers } from "./peers.mjs";
import { openPage, openSilentPage, until, Wire } from "./stack.mjs";
import { LIMIT, ownStack, shareStack } from "./suite.mjs";
import { HeardVoice } from "./voice.mjs";

/** In seconds of audio: a machine that is starved may make up less, and a voice that is gone is noticed after that. */
const LONGEST_BREAK = 2;
const PACKETS_A_SECOND = 50;

async function openConsole(browser, url) {
  const page = await openPage(browser, url);
  await watchPeers(page);
  return new Console(page);
}

describe("a call in which something goes away", () => {
  const suite = shareStack();

  it(
    "should go on talking, and miss nothing, when the server is killed and started again",
    LIMIT,
    async (t) => {
      const console_ = await openConsole(suite.browser, suite.stack.url);
      const { page } = console_;
      await console_.talk();
      await console_.hears(10);
      const voice = await HeardVoice.listen(page);
      await suite.stack.server.kill();
      await page.getByText("reconnecting").waitFor();
      await console_.hears(30);
      await voice.receives(2 * PACKETS_A_SECOND);
      assert.deepEqual(await peerStates(page), ["connected"]);

      // What is typed meanwhile arrives once.
      await console_.mute();
      await console_.say("Said while it was away.");
      await suite.stack.startServer();
      await console_.saw("the sideband is back");
      await console_.saw("You said: Said while it was away.");
      await console_.unmute();
      await console_.hears(10);
      assert.deepEqual(
        await peerStates(page),
        ["connected"],
        "the call is the same one",
      );
      await voice.receives(2 * PACKETS_A_SECOND);
      const heard = await voice.report();
      t.diagnostic(`the voice, in seconds: ${JSON.stringify(heard)}`);
      assert.equal(heard.streams, 1);
      assert.ok(heard.lost < LONGEST_BREAK * PACKETS_A_SECOND);
      assert.ok(heard.longestBreak < LONGEST_BREAK);
      await until(async () => !(await page.getByText("reconnecting").count()));

      assert.ok(
        await notices(voice, suite.stack.loopback),
        "a break is noticed",
      );

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
      const wire = await Wire.to(suite.stack.url);
      const console_ = await openConsole(suite.browser, wire.url);
      const { page } = console_;
      await console_.talk();
      wire.cut();
      await page.getByText("reconnecting").waitFor();
      await console_.hears(10);
      const client = await suite.stack.client();
      await client.send(console_.conversationId, {
        kind: { case: "text", value: { text: "From elsewhere." } },
      });
      wire.mend();
      await console_.saw("From elsewhere.");
      assert.deepEqual(await peerStates(page), ["connected"]);
      await console_.hangUp();
      assert.ok(isGapless(await console_.events()));
      await page.context().close();
      wire.close();
    },
  );

  it("should go on when the bridge is started again", LIMIT, async () => {
    const page = await openSilentPage(suite.browser, suite.stack.url);
    const console_ = new Console(page);
    await console_.talk();
    await suite.stack.stopBridge();
    await page.getByText("reconnecting").waitFor();
    await suite.stack.startBridge();
    await console_.say("Back again.");
    await console_.saw("You said: Back again.");
    await console_.hangUp();
    assert.ok(isGapless(await console_.events()));
    await page.context().close();
  });
});

describe("a call that has to be renewed", () => {
  const suite = ownStack({
    loopback: ["--session-limit-ms", "12000"],
    settings: ["openai.session-limit=12s"],
  });

  it(
    "should go on in the next call when the provider's limit is near",
    LIMIT,
    async () => {
      const console_ = await openConsole(suite.browser, suite.stack.url);
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
    },
  );
});

/** Whether a break is measured that there is: whoever speaks stands still until one can be. */
async function notices(voice, speaker) {
  speaker.child.kill("SIGSTOP");
  try {
    return await until(
      async () => (await voice.report()).longestBreak > LONGEST_BREAK,
    );
  } finally {
    speaker.child.kill("SIGCONT");
  }
}
