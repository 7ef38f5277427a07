import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Console, isGapless } from "./console.mjs";
import { textConversation } from "./conversations.mjs";
import { openPage, openSilentPage, until } from "./stack.mjs";
import { LIMIT, ownStack } from "./suite.mjs";

describe("somebody who watches", () => {
  const suite = ownStack({ loopback: ["--delta-delay-ms", "0"] });

  it(
    "should see the same as the caller when two pages look at one call",
    LIMIT,
    async () => {
      const caller = new Console(
        await openSilentPage(suite.browser, suite.stack.url),
      );
      await caller.talk();
      const watcher = new Console(
        await openPage(suite.browser, suite.stack.url),
      );
      await watcher.page
        .getByRole("link", { name: caller.conversationId.slice(0, 13) })
        .click();
      await caller.say("Are you there?");
      await watcher.saw("You said: Are you there?");
      await watcher.say("I am watching.");
      await caller.saw("You said: I am watching.");
      await caller.hangUp();
      await watcher.saw("ended: requested");
      const [told, seen] = [await caller.events(), await watcher.events()];
      assert.ok(isGapless(seen));
      assert.deepEqual(seen, told);
      assert.deepEqual([...caller.page.troubles, ...watcher.page.troubles], []);
    },
  );

  it("should find its way with the keyboard alone", LIMIT, async () => {
    const client = await suite.stack.client();
    const id = await textConversation(client, ["Hello."]);
    const page = await openPage(suite.browser, suite.stack.url);
    const console_ = new Console(page);
    const link = page.getByRole("link", { name: id.slice(0, 13) });
    await link.waitFor();
    await until(async () => {
      await page.keyboard.press("Tab");
      return link.evaluate((element) => element === document.activeElement);
    }, 0);
    await page.keyboard.press("Enter");
    await console_.saw("You said: Hello.");
    await console_.slider().focus();
    await page.keyboard.press("Home");
    await page.getByText("This is how it stood at event 0").waitFor();
    await page.keyboard.press("End");
    await console_.saw("You said: Hello.");
    await page.getByRole("tab", { name: "timeline" }).focus();
    await page.keyboard.press("ArrowRight");
    const first = page.getByRole("button", { name: /conversation started/ });
    await first.focus();
    await page.keyboard.press("Enter");
    assert.match(
      await page.locator(".json pre").textContent(),
      /conversationStarted/,
    );
  });

  it(
    "should have all of it on a phone, without scrolling sideways",
    LIMIT,
    async () => {
      const client = await suite.stack.client();
      const id = await textConversation(client, [
        "A line that is rather long, so that it has to be broken on a phone.",
      ]);
      const page = await openPage(
        suite.browser,
        `${suite.stack.url}/#/c/${id}`,
        {
          viewport: { width: 360, height: 720 },
        },
      );
      const console_ = new Console(page);
      await console_.saw("You said: A line");
      for (const pane of ["Details", "Conversations", "Talk"]) {
        await console_.pane(pane);
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        );
        assert.ok(over <= 0, `${pane} is ${over} px too wide`);
      }
    },
  );

  it(
    "should open, scroll and travel through ten thousand events without drawing them all",
    LIMIT,
    async (t) => {
      const client = await suite.stack.client();
      const id = await textConversation(client, Array(6).fill("!long 2000"));
      const page = await openPage(suite.browser, suite.stack.url);
      const console_ = new Console(page);
      await page.getByRole("link", { name: id.slice(0, 13) }).waitFor();
      const opened = performance.now();
      await page.getByRole("link", { name: id.slice(0, 13) }).click();
      await until(async () => (await console_.length()) > 10_000, 10);
      await console_.saw("ended: requested");
      t.diagnostic(
        `${await console_.length()} events opened in ${Math.round(performance.now() - opened)} ms`,
      );

      await console_.tab("events");
      const scroll = await page
        .getByRole("region", { name: "Events" })
        .evaluate(scrollThrough);
      t.diagnostic(
        `scrolling: a frame after ${JSON.stringify(scroll.frames)} ms`,
      );
      assert.ok(scroll.mostRows < 100, `${scroll.mostRows} rows`);
      assert.equal(scroll.emptyFrames, 0);

      const travel = await console_.slider().evaluate(dragThrough);
      t.diagnostic(`travelling: a frame after ${JSON.stringify(travel)} ms`);
      await page.getByRole("button", { name: "end", exact: true }).click();
      await console_.saw("ended: requested");
      assert.deepEqual(page.troubles, []);
    },
  );

  it(
    "should keep in place what somebody reads who scrolls up",
    LIMIT,
    async () => {
      const client = await suite.stack.client();
      const texts = Array.from({ length: 40 }, (_, i) =>
        "All about that. ".repeat(1 + ((i * 7) % 30)),
      );
      const id = await textConversation(client, texts);
      const page = await openPage(
        suite.browser,
        `${suite.stack.url}/#/c/${id}`,
      );
      const console_ = new Console(page);
      await console_.saw("ended: requested");
      assert.deepEqual(await console_.transcript.evaluate(climb), []);
      await console_.transcript.getByText("connected").waitFor();
    },
  );

  it(
    "should use no connection in a tab that nobody looks at, and miss nothing",
    LIMIT,
    async () => {
      const caller = new Console(
        await openSilentPage(suite.browser, suite.stack.url),
      );
      await caller.talk();
      const { url } = suite.stack;
      const watcher = new Console(
        await openPage(suite.browser, `${url}/#/c/${caller.conversationId}`),
      );
      await watcher.saw("connected");
      await watcher.page.clock.install();
      const gone = watcher.page.waitForEvent("requestfailed");
      await look(watcher.page, false);
      await watcher.page.clock.fastForward(20_000);
      assert.match((await gone).url(), /Subscribe$/);
      await caller.say("Is anybody there?");
      await caller.saw("You said: Is anybody there?");
      await look(watcher.page, true);
      await watcher.saw("You said: Is anybody there?");
      await caller.hangUp();
      await watcher.saw("ended: requested");
      assert.ok(isGapless(await watcher.events()));
    },
  );
});

/** Has a page believe that somebody can see it, or not. */
async function look(page, isSeen) {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", {
      value: hidden,
      configurable: true,
    });
    document.dispatchEvent(new Event("visibilitychange"));
  }, !isSeen);
}

/** In the page: scrolls up in steps to the top, and says where a row that stayed in sight moved by more than the step. */
async function climb(scroller) {
  const step = 150;
  const jumps = [];
  const frame = () => new Promise(requestAnimationFrame);
  while (scroller.scrollTop > 0) {
    const middle = scroller.getBoundingClientRect().top + 200;
    const rows = [...scroller.querySelectorAll("[role=listitem]")];
    const seen = rows.find(
      (row) => row.getBoundingClientRect().bottom > middle,
    );
    const before = seen.getBoundingClientRect().top;
    const by = Math.min(step, scroller.scrollTop);
    scroller.scrollTop -= by;
    await frame();
    await frame();
    const moved = seen.getBoundingClientRect().top - before;
    if (seen.isConnected && Math.abs(moved - by) > 2) {
      jumps.push(`${seen.dataset.key}: ${moved} instead of ${by}`);
    }
  }
  return jumps;
}

/** In the page: scrolls from top to bottom in 120 frames. */
async function scrollThrough(scroller) {
  const took = [];
  let [mostRows, emptyFrames] = [0, 0];
  let before = await new Promise(requestAnimationFrame);
  for (let step = 1; step <= 120; step++) {
    scroller.scrollTop = (scroller.scrollHeight * step) / 120;
    const now = await new Promise(requestAnimationFrame);
    took.push(now - before);
    before = now;
    const rows = [...scroller.querySelectorAll("[role=listitem]")];
    const { top, bottom } = scroller.getBoundingClientRect();
    const isSeen = (box) => box.bottom > top && box.top < bottom;
    mostRows = Math.max(mostRows, rows.length);
    emptyFrames += rows.some((row) => isSeen(row.getBoundingClientRect()))
      ? 0
      : 1;
  }
  took.sort((a, b) => a - b);
  const frames = {
    p50: Math.round(took[59]),
    p95: Math.round(took[113]),
    most: Math.round(took[119]),
  };
  return { mostRows, emptyFrames, frames };
}

/** In the page: drags the slider from end to beginning in 100 frames. */
async function dragThrough(slider) {
  const took = [];
  const setValue = Object.getOwnPropertyDescriptor(
    HTMLInputElement.prototype,
    "value",
  ).set;
  let before = await new Promise(requestAnimationFrame);
  for (let step = 100; step >= 1; step--) {
    setValue.call(slider, Math.round((Number(slider.max) * step) / 101));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const now = await new Promise(requestAnimationFrame);
    took.push(now - before);
    before = now;
  }
  took.sort((a, b) => a - b);
  return {
    p50: Math.round(took[49]),
    p95: Math.round(took[94]),
    most: Math.round(took[99]),
  };
}
