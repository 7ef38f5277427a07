import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Console } from "./console.mjs";
import { openSilentPage, until } from "./stack.mjs";
import { LIMIT, shareStack } from "./suite.mjs";

/** Many: a machine that is slow draws some seldom. */
const WORDS = 150;

describe("the transcript of a call", () => {
  const suite = shareStack();

  it("should grow while an answer is being spoken", LIMIT, async () => {
    const page = await openSilentPage(suite.browser, suite.stack.url);
    const console_ = new Console(page);
    await console_.talk();
    await console_.saw("connected");
    const seen = await watchGrowth(console_.transcript);
    await console_.say(`!long ${WORDS}`);
    const whole = Array.from({ length: WORDS }, (_, i) => `word${i + 1}`);
    await console_.saw(whole.join(" "));
    await page.locator(".growing").waitFor({ state: "detached" });
    const steps = await seen();
    const unfinished = steps.filter(({ growing }) => growing);
    assert.ok(unfinished.length > 1, `${unfinished.length} steps`);
    for (const [index, { text }] of unfinished.entries()) {
      assert.ok(whole.join(" ").startsWith(text.trim()), text);
      assert.ok(text.length > (unfinished[index - 1]?.text.length ?? 0));
    }
    assert.deepEqual(steps.at(-1), { text: whole.join(" "), growing: false });
    await console_.hangUp();
    await page.context().close();
  });

  it("should have its bubbles in the order of the items", LIMIT, async () => {
    const page = await openSilentPage(suite.browser, suite.stack.url);
    const console_ = new Console(page);
    await console_.talk();
    await console_.speak();
    await page.locator(".bubble.you.growing").waitFor();
    await console_.speak(false);
    await console_.saw("I will ask the background agent.");
    for (const text of ["One.", "Two."]) {
      await console_.say(text);
      await console_.saw(`You said: ${text}`);
    }
    const client = await suite.stack.client();
    const state = await until(async () => {
      const now = await client.get(console_.conversationId);
      return now.transcript.every(({ completed }) => completed) && now;
    });
    const said = state.transcript.filter(({ text }) => text);
    assert.equal(said.length, 6);
    assert.deepEqual(
      await console_.bubbles(),
      said.map(({ role, text }) => ({ who: WHO[role], text })),
    );
    await console_.hangUp();

    const events = await console_.events();
    const first = (isIt) => events.findIndex(isIt);
    const begun = first(
      ({ itemAdded }) => itemAdded?.item.message?.role === "ASSISTANT",
    );
    const heard = first(
      ({ transcriptCompleted }) => transcriptCompleted?.role === "USER",
    );
    assert.ok(
      0 <= begun && begun < heard,
      "what was heard first is known last",
    );
    assert.deepEqual(page.troubles, []);
    await page.context().close();
  });
});

/** By role of the API. */
const WHO = { 1: "you", 2: "assistant" };

/** Every text that the assistant's last bubble shows from now on, and whether it says that there is more to come. */
async function watchGrowth(transcript) {
  await transcript.evaluate((list) => {
    globalThis.steps = [];
    const look = () => {
      const bubble = [...list.querySelectorAll(".bubble.assistant")].at(-1);
      const text = bubble?.querySelector("p").textContent ?? "";
      const growing = bubble?.classList.contains("growing");
      const last = globalThis.steps.at(-1);
      if (text && (text !== last?.text || growing !== last?.growing)) {
        globalThis.steps.push({ text, growing });
      }
    };
    new MutationObserver(look).observe(list, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
  });
  return () => transcript.page().evaluate("steps");
}
