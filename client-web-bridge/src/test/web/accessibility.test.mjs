import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Audit, PHONE, readAloud } from "./audit.mjs";
import { Console, hasFocus } from "./console.mjs";
import { openSilentPage, until } from "./stack.mjs";
import { LIMIT, shareStack } from "./suite.mjs";

describe("the console page for everybody", () => {
  const suite = shareStack();

  it("should break no rule of axe in any view", LIMIT, async () => {
    const page = await openSilentPage(suite.browser, suite.stack.url);
    const console_ = new Console(page);
    const audit = new Audit(page);
    await page
      .getByRole("option", { name: "marin (default)" })
      .waitFor({ state: "attached" });
    await audit.look("home");
    await audit.look("home", PHONE);

    await talkAboutEverything(console_);
    for (const tab of ["timeline", "usage", "agent", "events"]) {
      await console_.tab(tab);
      await audit.look(tab);
    }
    await page.getByRole("button", { name: /handoff requested/ }).click();
    await page.locator("summary[aria-label=Export]").click();
    await audit.look("an event's JSON, and the export menu");
    await page.locator("summary[aria-label=Export]").click();
    await page.getByRole("button", { name: "Push to talk" }).click();
    await audit.look("push-to-talk");
    await audit.look("talk", PHONE);
    for (const pane of ["Details", "Conversations", "Talk"]) {
      await page.setViewportSize(PHONE);
      await console_.pane(pane);
      await page.getByRole("button", { name: "Hang up" }).waitFor();
      await audit.look(pane, PHONE);
    }
    await console_.standAt(4);
    await page.getByText("This is how it stood at event 4").waitFor();
    await audit.look("time travel");
    await audit.look("time travel", PHONE);

    await page.getByRole("link", { name: "Sideband" }).click();
    await page.getByText("You are on a call").waitFor();
    await audit.look("home, on a call");
    await page.getByRole("button", { name: "Back to your call" }).click();
    await page.getByRole("button", { name: /^(live|end)$/ }).click();
    await console_.hangUp();
    await audit.look("ended");
    await page.goto(
      `${suite.stack.url}/#/c/00000000-0000-0000-0000-000000000000`,
    );
    await page.locator(".trouble-line").waitFor();
    await audit.look("no such conversation");
    audit.assertClean();
    await page.context().close();
  });

  it("should hold a whole call with the keyboard alone", LIMIT, async () => {
    const page = await openSilentPage(suite.browser, suite.stack.url);
    const console_ = new Console(page);
    const go = (role, name) => tabTo(page, page.getByRole(role, { name }));
    const press = (key) => page.keyboard.press(key);

    await go("button", "Talk");
    await press("Enter");
    await page.waitForURL(/#\/c\//);
    await until(() => hasFocus(page.getByRole("heading", { level: 2 })));
    await go("button", "Mute");
    await press("Space");
    await page.getByRole("button", { name: "Unmute" }).waitFor();
    await go("button", "Push to talk");
    await press("Space");
    const hold = page.getByRole("button", { name: "Hold to talk (space)" });
    await until(() => hasFocus(hold));
    await press("Space");
    await go("button", "Push to talk");
    await press("Enter");
    await page.getByRole("button", { name: "Unmute" }).waitFor();
    await go("textbox", "Type to the assistant");
    await page.keyboard.type("Ask the agent.");
    await press("Enter");

    await go("tab", "timeline");
    for (let i = 0; i < 3; i++) {
      await press("ArrowRight");
    }
    await until(() => hasFocus(page.getByRole("tab", { name: "agent" })));
    const answer = page.getByRole("textbox", { name: /^Answer to/ });
    await answer.waitFor();
    await tabTo(page, answer);
    await page.keyboard.type("All green.");
    await press("Enter");
    await console_.saw("The agent says: All green.");
    await until(() => hasFocus(page.getByRole("tabpanel")));

    await go("slider", "Event");
    await press("Home");
    await page.getByText("This is how it stood at event 0").waitFor();
    await press("End");
    await console_.saw("The agent says: All green.");
    await go("button", "Hang up");
    await press("Enter");
    await console_.saw("ended: requested");
    await until(() => hasFocus(page.getByRole("heading", { level: 2 })));
    await tabTo(page, page.locator("summary[aria-label=Export]"));
    await press("Enter");
    await go("button", "Transcript, text");
    const download = page.waitForEvent("download");
    await press("Enter");
    assert.match((await download).suggestedFilename(), /\.txt$/);
    assert.deepEqual(page.troubles, []);
    await page.context().close();
  });

  it(
    "should tell a screen reader what is there, and what is said",
    LIMIT,
    async () => {
      const page = await openSilentPage(suite.browser, suite.stack.url);
      const console_ = new Console(page);
      await console_.talk();
      await console_.saw("connected");
      const announced = await collectAnnouncements(page);
      for (const text of ["One.", "Two.", "Three."]) {
        await console_.say(text);
        await console_.saw(`You said: ${text}`);
      }
      await until(async () => (await announced()).length >= 6);
      assert.deepEqual(await announced(), [
        ...["you: One.", "assistant: You said: One."],
        ...["you: Two.", "assistant: You said: Two."],
        ...["you: Three.", "assistant: You said: Three."],
      ]);
      assert.equal(await landmarks(page), LANDMARKS);
      const aloud = (name) => readAloud(page.getByRole("region", { name }));
      assert.equal(await aloud("Your call"), YOUR_CALL);
      assert.match(await aloud("Transcript"), SAID);
      await console_.hangUp();
      await page.context().close();
    },
  );
});

/** Where a screen reader may go: landmarks, and what lies in them. */
async function landmarks(page) {
  const lines = (await readAloud(page.locator("body"))).split("\n");
  return lines
    .filter((line) =>
      /^( {2}){0,2}- (?!text:|paragraph|status|listitem|\/url)/.test(line),
    )
    .join("\n");
}

const LANDMARKS = `- navigation "Conversations":
  - link "Sideband":
  - list:
- main:
  - heading "Sideband" [level=N]
  - region "Conversation":
    - heading "conversation ID live" [level=N]
    - group
    - button "End"
    - region "Transcript":
    - log "What was said just now":
    - region "Your call":
    - textbox "Type to the assistant"
    - button "Send" [disabled]
  - region "Details":
    - tablist "Details":
    - tabpanel "timeline":
  - group "Time travel":
    - button "One event back": ‹
    - slider "Event": "N"
    - button "One event on" [disabled]: ›
    - button "live" [pressed]`;

const YOUR_CALL = `- region "Your call":
  - text: assistant
  - meter "Level of assistant"
  - button "Push to talk"
  - button "Mute"
  - button "Hang up"
  - text: you
  - meter "Level of you"
  - status: the microphone is open`;

/** The last of what was said. */
const SAID = new RegExp(`    - listitem:
      - text: you
      - time: "\\+N"
      - paragraph: ThreeN
    - listitem:
      - text: assistant
      - time: "\\+N"
      - paragraph: "You said: ThreeN"$`);

/** A call that has something of everything in it, and goes on. */
async function talkAboutEverything(console_) {
  await console_.talk();
  await console_.say("Ask the agent.");
  await console_.tab("agent");
  await console_.page
    .getByRole("textbox", { name: /^Answer to/ })
    .fill("All green.");
  await console_.page.getByRole("button", { name: "Answer" }).click();
  await console_.saw("The agent says: All green.");
  await console_.say("Ask the agent again.");
  await console_.page
    .getByRole("textbox", { name: "Answer to: Ask the agent again." })
    .waitFor();
}

/** Presses Tab until something has the focus; a test's own time limit ends that. */
async function tabTo(page, locator) {
  await locator.waitFor();
  await until(async () => {
    await page.keyboard.press("Tab");
    return hasFocus(locator);
  }, 0);
}

/** Every node that is added to a live log from now on, as a screen reader says it. */
async function collectAnnouncements(page) {
  await page.getByRole("log").evaluate((log) => {
    globalThis.announced = [];
    new MutationObserver((changes) =>
      changes.forEach(({ addedNodes }) =>
        addedNodes.forEach((node) =>
          globalThis.announced.push(node.textContent),
        ),
      ),
    ).observe(log, { childList: true });
  });
  return () => page.evaluate("announced");
}
