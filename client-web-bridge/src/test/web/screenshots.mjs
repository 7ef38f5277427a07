// Takes the pictures of the console that the documentation shows: docs/console/*.png.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Console } from "./console.mjs";
import { textConversation } from "./conversations.mjs";
import { HELLO, launchBrowser, openPage, PRICES, Stack } from "./stack.mjs";

const folder = resolve(import.meta.dirname, "../../../../docs/console");
mkdirSync(folder, { recursive: true });

await shootTheTokenDialog();

const stack = await Stack.start({
  settings: [`session.prices-file=${PRICES}`],
});
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
  await stack.server.kill();
  await page.getByText("reconnecting").waitFor();
  await shoot(page, "away");
  await stack.startServer();
  await console_.saw("the sideband is back");
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
  await console_.pane("Talk");
  await page.setViewportSize({ width: 1360, height: 860 });
  await console_.hangUp();
  await shoot(page, "ended");
} finally {
  await browser.close();
  await stack.close();
}

async function shootTheTokenDialog() {
  const tokens = join(
    mkdtempSync(join(tmpdir(), "sideband-tokens-")),
    "tokens",
  );
  writeFileSync(
    tokens,
    "tokens: [{token: shown in no picture, principal: alice}]\n",
    { mode: 0o600 },
  );
  const own = await Stack.start({ settings: [`grpc.tokens-file=${tokens}`] });
  const asking = await launchBrowser();
  try {
    const page = await openPage(asking, own.url);
    await page.getByRole("dialog").waitFor();
    await shoot(page, "token");
  } finally {
    await asking.close();
    await own.close();
    rmSync(dirname(tokens), { recursive: true });
  }
}

/** A conversation that has something of everything. */
async function talk(console_) {
  const { page } = console_;
  const client = await stack.client();
  for (const title of ["first try", "support line"]) {
    await textConversation(client, [`!long 1${" word".repeat(900)}`], title);
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
