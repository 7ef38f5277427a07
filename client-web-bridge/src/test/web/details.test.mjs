import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sayAll, startInWriting, textConversation } from "./conversations.mjs";
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
      assert.match(await partOf(ended, "about"), /^ended, [\d.]+ m?s/);
      assert.equal(await partOf(ended, "cost"), costs[0]);
      assert.equal(await partOf(open, "age"), "2 h");
      assert.match(
        await partOf(open, "about"),
        /^live, 2 h 00 min, gpt-realtime/,
      );
      assert.equal(await partOf(open, "cost"), costs[1]);

      await client.stop(live);
      await open.getByText(/^ended, [\d.]+ m?s$/).waitFor();
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
