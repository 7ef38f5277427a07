import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Console, hasFocus } from "./console.mjs";
import {
  eventsOf,
  sayAll,
  startInWriting,
  textConversation,
} from "./conversations.mjs";
import { openPage, until } from "./stack.mjs";
import { LIMIT, shareStack } from "./suite.mjs";

const HOUR_MS = 3_600_000;

/** So many words to read, and one to say: it costs something, and is over at once. */
const wordy = (words) => `!long 1${" word".repeat(words)}`;

describe("the list of conversations", () => {
  const suite = shareStack();

  it(
    "should show state, age and cost of one that is live and one that ended",
    LIMIT,
    async () => {
      const client = await suite.stack.client();
      const over = await textConversation(client, [wordy(1_000)]);
      const live = await startInWriting(client);
      await sayAll(client, live, [wordy(2_500)], { ends: false });
      const costs = await until(() => costsOf(client, [over, live]));
      assert.notEqual(costs[0], costs[1]);

      const page = await openPage(suite.browser, "about:blank");
      await page.clock.setFixedTime(Date.now() + 2 * HOUR_MS);
      await page.goto(suite.stack.url);
      const [ended, open] = [over, live].map((id) => rowOf(page, id));
      await ended.waitFor();
      assert.equal(await partOf(ended, "age"), "2 h");
      assert.match(await partOf(ended, "about"), /^ended, \d/);
      assert.equal(await partOf(ended, "cost"), costs[0]);
      assert.equal(await partOf(open, "age"), "2 h");
      assert.match(
        await partOf(open, "about"),
        /^live, 2 h \d\d min, gpt-realtime/,
      );
      assert.equal(await partOf(open, "cost"), costs[1]);

      await client.stop(live);
      await open.getByText(/^ended, \d/).waitFor();
      assert.equal(await partOf(open, "cost"), costs[1]);
      await page.context().close();
    },
  );
});

/** What the server says that they cost, in dollars, once it knows that of all of them. */
async function costsOf(client, ids) {
  const { conversations } = await client.rpc.list({});
  const costs = ids.map((id) =>
    dollars(
      conversations.find(({ conversationId }) => conversationId === id)?.usage,
    ),
  );
  return costs.every(Boolean) && costs;
}

function dollars(usage) {
  const micros = Number(usage?.costMicroUsd ?? 0);
  return micros > 0 && `$${(micros / 1e6).toFixed(4)}`;
}

const rowOf = (page, id) =>
  page
    .getByRole("navigation", { name: "Conversations" })
    .getByRole("link", { name: id.slice(0, 13) });

const partOf = (row, name) => row.locator(`.${name}`).innerText();

describe("what lies behind a conversation", () => {
  const suite = shareStack();

  it("should show the usage that the server tells", LIMIT, async () => {
    const client = await suite.stack.client();
    const texts = [wordy(1_000), wordy(500)];
    const id = await textConversation(client, texts);
    const { usage } = await client.get(id);
    const console_ = await open(suite, id);
    await console_.tab("usage");
    assert.ok(usage.inputTokens > 2_000n && usage.outputTokens > 0n);
    assert.equal(usage.outputTextTokens, usage.outputTokens);
    assert.equal(
      usage.costMicroUsd,
      4n * usage.inputTextTokens + 16n * usage.outputTextTokens,
      "the example's prices",
    );
    assert.deepEqual(await console_.figures(), {
      cost: dollars(usage),
      "tokens in": usage.inputTokens.toLocaleString("en"),
      "tokens out": usage.outputTokens.toLocaleString("en"),
      cached: "0",
    });
    const steps = await stepsOf(console_.page);
    assert.equal(steps.length, texts.length);
    const sum = (name) => steps.reduce((all, step) => all + step[name], 0);
    assert.equal(sum("in"), Number(usage.inputTokens));
    assert.equal(sum("out"), Number(usage.outputTokens));
    await console_.page.context().close();
  });

  it(
    "should hide events that are of another kind, or text",
    LIMIT,
    async () => {
      const client = await suite.stack.client();
      const id = await textConversation(client, ["Hello.", "!error teapot"]);
      const events = await eventsOf(client, id);
      const numbersOf = (...cases) =>
        events
          .filter(({ payload }) => cases.includes(payload.case))
          .map(({ sequence }) => Number(sequence));
      const console_ = await open(suite, id);
      await console_.tab("events");
      const list = new EventList(console_.page);
      assert.equal(await list.count(), events.length);

      await list.only("milestones");
      assert.deepEqual(await list.numbers(), numbersOf(...MILESTONES));
      await list.only("trouble");
      const trouble = numbersOf("errorOccurred");
      assert.equal(trouble.length, 1);
      assert.deepEqual(await list.numbers(), trouble);
      await list.only("talk");
      assert.deepEqual(await list.numbers(), numbersOf("transcriptCompleted"));

      await list.filter("TEAPOT");
      assert.deepEqual(await list.lines(), [
        "assistant You said: !error teapot",
      ]);
      await list.only("all");
      const found = await list.lines();
      assert.ok(found.length > 1 && found.length < events.length);
      found.forEach((line) => assert.match(line, /teapot/));
      await list.filter("no such words");
      await console_.page.getByText("No event matches.").waitFor();
      assert.deepEqual(await list.lines(), []);
      await list.filter("");
      assert.equal(await list.count(), events.length);
      await console_.page.context().close();
    },
  );

  it("should open and close an event where the focus is", LIMIT, async () => {
    const client = await suite.stack.client();
    const id = await textConversation(client, ["Hello."]);
    const console_ = await open(suite, id);
    const { page } = console_;
    await console_.tab("events");
    const line = page.getByRole("button", { name: /conversation started/ });
    const json = page.locator(".json pre");
    await line.focus();
    for (let times = 0; times < 2; times++) {
      await page.keyboard.press("Enter");
      await json.getByText("conversationStarted").waitFor();
      assert.ok(await hasFocus(line), "it is open, and has the focus");
      await page.keyboard.press("Enter");
      await json.waitFor({ state: "detached" });
      assert.ok(await hasFocus(line), "it is closed, and has the focus");
    }
    await page.context().close();
  });

  it("should let somebody answer a tool call", LIMIT, async () => {
    const client = await suite.stack.client();
    const tools = [{ name: "weather", description: "Tells the weather." }];
    const id = await startInWriting(client, { tools });
    const console_ = await open(suite, id);
    const { page } = console_;
    await console_.say('!tool weather {"city":"Oslo"}');
    await console_.tab("agent");
    const call = page.locator(".card").filter({ hasText: "weather" });
    await call.getByText('{"city":"Oslo"}').waitFor();
    await call.getByText("open", { exact: true }).waitFor();
    const [asked] = (await client.get(id)).openToolCalls;
    assert.equal(asked.name, "weather");

    await call
      .getByRole("textbox", { name: 'Answer to: {"city":"Oslo"}' })
      .fill("Sunny, 21 degrees.");
    await call.getByRole("button", { name: "Answer" }).click();
    await console_.saw("The agent says: Sunny, 21 degrees.");
    await call.getByText("answered", { exact: true }).waitFor();
    await call.getByText("Sunny, 21 degrees.").waitFor();
    assert.deepEqual((await client.get(id)).openToolCalls, []);
    await client.stop(id);
    await page.context().close();
  });
});

/** Those of a conversation in writing. */
const MILESTONES = [
  "conversationStarted",
  "sidebandJoining",
  "sidebandJoined",
  "sessionConfigured",
  "conversationEnding",
  "conversationEnded",
];

/** A page that shows a conversation, once it does. */
async function open({ browser, stack }, id) {
  const console_ = new Console(
    await openPage(browser, `${stack.url}/#/c/${id}`),
  );
  await console_.saw("connected");
  return console_;
}

/** The rows of the usage tab's steps. */
function stepsOf(page) {
  return page
    .locator(".steps tbody tr")
    .evaluateAll((rows) =>
      rows
        .map((row) =>
          [...row.cells].map(({ textContent }) =>
            textContent.replaceAll(",", ""),
          ),
        )
        .map((cells) => ({ in: Number(cells[2]), out: Number(cells[3]) })),
    );
}

/** The events tab, of a conversation that is over and short: what matches is drawn, or most of it. */
class EventList {
  constructor(page) {
    this.page = page;
    this.rows = page
      .getByRole("region", { name: "Events" })
      .getByRole("listitem");
  }

  async only(kind) {
    const button = this.page
      .getByRole("group", { name: "Kinds of events" })
      .getByRole("button", { name: kind });
    await button.click();
    await this.page
      .locator(".segments [aria-pressed=true]")
      .getByText(kind)
      .waitFor();
  }

  async filter(text) {
    await this.page
      .getByRole("searchbox", { name: "Filter events" })
      .fill(text);
  }

  /** How many events match, drawn or not. */
  async count() {
    return Number(await this.rows.first().getAttribute("aria-setsize"));
  }

  async numbers() {
    const texts = await this.rows
      .locator(".number:first-child")
      .allTextContents();
    return texts.map(Number);
  }

  /** Each one's words. */
  lines() {
    return this.rows.evaluateAll((rows) =>
      rows.map((row) =>
        [".what", ".detail"]
          .map((part) => row.querySelector(part).textContent)
          .join(" "),
      ),
    );
  }
}
