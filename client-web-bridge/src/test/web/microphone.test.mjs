import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Console } from "./console.mjs";
import { sendsSilence, sendsSound, watchPeers } from "./peers.mjs";
import { launchBrowser, openPage, openSilentPage, until } from "./stack.mjs";
import { LIMIT, shareStack } from "./suite.mjs";

describe("a page without a microphone", () => {
  const suite = shareStack();

  it(
    "should say that it may not use it, and place no call until it may",
    LIMIT,
    async () => {
      const browser = await launchBrowser(undefined, { asks: true });
      const page = await openPage(browser, suite.stack.url);
      const newest = await newestOf(suite.stack);
      await talkInVain(page, "allow it for this page, and try again");
      assert.equal(await newestOf(suite.stack), newest, "no call is left");

      await page.context().grantPermissions(["microphone"]);
      const console_ = new Console(page);
      await console_.talk();
      assert.equal(await newestOf(suite.stack), console_.conversationId);
      await console_.hangUp();
      assert.deepEqual(page.troubles, []);
      await browser.close();
    },
  );

  it("should say that there is none, and place no call", LIMIT, async () => {
    const page = await openPage(suite.browser, "about:blank");
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException("Not here", "NotFoundError"));
    });
    await page.goto(suite.stack.url);
    const newest = await newestOf(suite.stack);
    await talkInVain(page, "there is no microphone here");
    assert.equal(await newestOf(suite.stack), newest, "no call is left");
    assert.deepEqual(page.troubles, []);
    await page.context().close();
  });
});

/** Presses Talk, and waits until the page says why there is no call. */
async function talkInVain(page, why) {
  const talk = page.getByRole("button", { name: "Talk", exact: true });
  await talk.click();
  await page.getByRole("alert").getByText(why).waitFor();
  await talk.and(page.locator("[aria-disabled=false]")).waitFor();
}

/** The conversation that began last. */
async function newestOf(stack) {
  const client = await stack.client();
  const { conversations } = await client.rpc.list({ pageSize: 1 });
  return conversations[0]?.conversationId;
}

describe("the microphone of a call", () => {
  const suite = shareStack();

  it(
    "should send sound only when somebody speaks and it is not muted",
    LIMIT,
    async () => {
      const console_ = await callOnSilentPage(suite);
      const { page } = console_;
      await sendsSilence(page);
      assert.equal(await console_.saidLevel(), 0);
      await console_.speak();
      await sendsSound(page);
      await until(async () => (await console_.saidLevel()) > 20);
      await console_.mute();
      await sendsSilence(page);
      await until(async () => (await console_.saidLevel()) === 0);
      await console_.unmute();
      await sendsSound(page);
      await until(async () => (await console_.saidLevel()) > 20);
      await console_.hangUp();
      assert.deepEqual(page.troubles, []);
      await page.context().close();
    },
  );

  it(
    "should send sound only while a key or the button is held with push-to-talk",
    LIMIT,
    async () => {
      const console_ = await callOnSilentPage(suite);
      const { page } = console_;
      const { keyboard, mouse } = page;
      await console_.speak();
      await sendsSound(page);
      await page.getByRole("button", { name: "Push to talk" }).click();
      await sendsSilence(page);
      await keyboard.down("Space");
      await sendsSound(page);
      await keyboard.up("Space");
      await sendsSilence(page);

      await page.getByRole("button", { name: "Hold to talk (space)" }).hover();
      await mouse.down();
      await sendsSound(page);
      await mouse.up();
      await sendsSilence(page);
      await mouse.down();
      await sendsSound(page);
      await mouse.move(0, 0);
      await sendsSilence(page);
      await mouse.up();

      const box = page.getByRole("textbox", { name: "Type to the assistant" });
      await box.focus();
      await keyboard.down("Space");
      assert.equal(await box.inputValue(), " ");
      await sendsSilence(page);
      await keyboard.up("Space");
      await console_.hangUp();
      assert.deepEqual(page.troubles, []);
      await page.context().close();
    },
  );
});

async function callOnSilentPage({ browser, stack }) {
  const page = await openSilentPage(browser, stack.url);
  await watchPeers(page);
  const console_ = new Console(page);
  await console_.talk();
  return console_;
}
