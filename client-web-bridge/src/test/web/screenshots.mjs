// Takes the pictures of the console that the documentation shows: docs/console/*.png.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { Console } from "./console.mjs";
import { HELLO, launchBrowser, openPage, Stack } from "./stack.mjs";

const folder = resolve(import.meta.dirname, "../../../../docs/console");
mkdirSync(folder, { recursive: true });

const stack = await Stack.start();
const browser = await launchBrowser(HELLO);
try {
  const console_ = new Console(await openPage(browser, stack.url));
  const { page } = console_;
  await page
    .getByRole("option", { name: "marin (default)" })
    .waitFor({ state: "attached" });
  await shoot(page, "home");
  await talk(console_);
  await shoot(page, "talk");
  await console_.tab("events");
  await page.getByRole("searchbox", { name: "Filter events" }).fill("handoff");
  await page.getByRole("button", { name: /handoff requested/ }).click();
  await shoot(page, "events");
  await console_.tab("agent");
  await shoot(page, "agent");
  await console_.tab("usage");
  await shoot(page, "usage");
  await travel(console_);
  await shoot(page, "time-travel");
  await page.getByRole("button", { name: "live" }).click();

  await page.emulateMedia({ colorScheme: "dark" });
  await console_.tab("timeline");
  await shoot(page, "talk-dark");
  await page.setViewportSize({ width: 390, height: 844 });
  await shoot(page, "phone-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await shoot(page, "phone");
  for (const pane of ["Details", "Conversations"]) {
    await console_.pane(pane);
    await shoot(page, `phone-${pane.toLowerCase()}`);
  }
} finally {
  await browser.close();
  await stack.close();
}

/** A conversation that has something of everything. */
async function talk(console_) {
  const { page } = console_;
  for (const title of ["first try", "support line"]) {
    const client = await stack.client();
    const transport = { kind: { case: "webSocket", value: {} } };
    const { conversationId } = await client.rpc.start({
      transport,
      metadata: { title },
    });
    await client.stop(conversationId);
  }
  await console_.talk();
  await console_.hears(15);
  await console_.mute();
  await console_.saw("I will ask the background agent.");
  await console_.tab("agent");
  await page
    .getByRole("textbox", { name: /^Answer to/ })
    .fill("The build is green; 412 tests passed.");
  await page.getByRole("button", { name: "Answer" }).click();
  await console_.saw("412 tests passed");
  await console_.say("Thank you. And who broke it yesterday?");
  await console_.saw("You said: Thank you.");
  await console_.tab("timeline");
  await console_.unmute();
  await console_.hears(5);
}

async function travel(console_) {
  await console_.standAt(Math.round((await console_.length()) * 0.45));
  await console_.tab("timeline");
}

async function shoot(page, name) {
  await page.screenshot({
    path: join(folder, `${name}.png`),
    animations: "disabled",
  });
}
