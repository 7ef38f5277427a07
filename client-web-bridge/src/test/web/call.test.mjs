import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Console, isGapless } from "./console.mjs";
import { HELLO, openPage, openSilentPage } from "./stack.mjs";
import { LIMIT, shareStack } from "./suite.mjs";

/** Every milestone of a call by voice, the server's and the page's. */
const WATERFALL = [
  "permission",
  "offer",
  "call_created",
  "start_answered",
  "answer_applied",
  "ice_connected",
  "dtls_connected",
  "sideband_joining",
  "sideband_joined",
  "session_configured",
  "first_audio_sent",
  "first_audio_heard",
];

describe("a call from the console page", () => {
  const suite = shareStack(HELLO);

  it(
    "should be heard, answered, shown and ended when somebody talks",
    LIMIT,
    async () => {
      const page = await openPage(suite.browser, suite.stack.url);
      const console_ = new Console(page);
      await console_.talk();
      await console_.hears(10);
      await console_.mute();
      await console_.saw("seconds of speech");
      await console_.saw("I will ask the background agent.");

      await console_.tab("timeline");
      for (const milestone of WATERFALL) {
        await page.locator(`[data-milestone=${milestone}]`).waitFor();
      }
      const state = await (
        await suite.stack.client()
      ).get(console_.conversationId);
      const told = state.milestones.map(({ name }) => name);
      assert.deepEqual(
        WATERFALL.filter((name) => !told.includes(name)),
        [],
        "every milestone is the server's, too",
      );

      await console_.tab("agent");
      await page
        .getByRole("textbox", { name: /^Answer to/ })
        .fill("All green.");
      await page.getByRole("button", { name: "Answer" }).click();
      await console_.saw("The agent says: All green.");

      await console_.say("Typed words.");
      await console_.saw("You said: Typed words.");
      await console_.hangUp();
      const events = await console_.events();
      assert.ok(isGapless(events));
      assert.ok(events.at(-1).conversationEnded);
      assert.deepEqual([...page.asked], [suite.stack.url], "nobody else");
      assert.deepEqual(page.troubles, []);
      await page.context().close();
    },
  );

  it("should show the same transcript as the server does", LIMIT, async () => {
    const page = await openSilentPage(suite.browser, suite.stack.url);
    const console_ = new Console(page);
    await console_.talk();
    await console_.say("One.");
    await console_.saw("You said: One.");
    await console_.say("Two.");
    await console_.saw("You said: Two.");
    await console_.hangUp();
    const state = await (
      await suite.stack.client()
    ).get(console_.conversationId);
    const shown = await console_.transcript
      .locator(".bubble p")
      .allTextContents();
    const typed = shown.filter((text) => /One|Two/.test(text));
    assert.deepEqual(
      typed,
      state.transcript
        .map(({ text }) => text)
        .filter((text) => /One|Two/.test(text)),
    );
    await page.context().close();
  });

  it(
    "should show the conversation as it stood when the slider is moved",
    LIMIT,
    async () => {
      const page = await openSilentPage(suite.browser, suite.stack.url);
      const console_ = new Console(page);
      await console_.talk();
      await console_.say("Before.");
      await console_.saw("You said: Before.");
      const then = await console_.length();
      await console_.say("Afterwards.");
      await console_.saw("You said: Afterwards.");
      await console_.standAt(then);
      await page.getByText(`This is how it stood at event ${then}`).waitFor();
      assert.equal(
        await console_.transcript.getByText("Afterwards.").count(),
        0,
      );
      await console_.saw("You said: Before.");
      await page.getByRole("button", { name: "live" }).click();
      await console_.saw("You said: Afterwards.");
      await console_.hangUp();
      await page.context().close();
    },
  );
});
