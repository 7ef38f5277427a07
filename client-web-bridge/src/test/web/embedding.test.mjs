import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  HELLO,
  launchBrowser,
  MODULE,
  openPage,
  Stack,
  START_LIMIT,
} from "./stack.mjs";

const README = join(import.meta.dirname, "../../main/web/README.md");

/** A site of somebody else's: a page that the test gives it later, and the module beside it. */
class Site {
  static async start() {
    const site = new Site();
    site.page = "";
    site.server = createServer((request, response) => {
      const isModule = request.url === "/sideband-web.js";
      response.setHeader(
        "content-type",
        isModule ? "text/javascript" : "text/html",
      );
      response.end(isModule ? readFileSync(MODULE) : site.page);
    });
    await new Promise((listening) =>
      site.server.listen(0, "127.0.0.1", listening),
    );
    site.url = `http://127.0.0.1:${site.server.address().port}`;
    return site;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe("a page of somebody else's", () => {
  it(
    "should hold a call with the README's ten lines",
    START_LIMIT,
    async () => {
      const example = /```html\n([^]*?)```/.exec(
        readFileSync(README, "utf8"),
      )[1];
      const script = /<script[^>]*>\n([^]*?)\n<\/script>/.exec(example)[1];
      assert.ok(script.split("\n").length <= 10);

      const site = await Site.start();
      const stack = await Stack.start({ bridge: ["--allow-origin", site.url] });
      const browser = await launchBrowser(HELLO);
      try {
        site.page = example.replace("http://127.0.0.1:8080", stack.url);
        const page = await openPage(browser, site.url);
        await page.getByRole("button", { name: "Talk" }).click();
        await page.getByText("seconds of speech").waitFor();
        await page.getByRole("button", { name: "Hang up" }).click();
        const client = await stack.client();
        const { conversations } = await client.rpc.list({});
        assert.equal(conversations.length, 1);
        for await (const update of client.follow(
          conversations[0].conversationId,
          0,
          new AbortController().signal,
        )) {
          assert.notEqual(update.kind, "away");
        }
        assert.equal((await client.rpc.list({})).conversations[0].live, false);
        assert.deepEqual(page.troubles, []);
      } finally {
        await browser.close();
        await stack.close();
        site.close();
      }
    },
  );
});
