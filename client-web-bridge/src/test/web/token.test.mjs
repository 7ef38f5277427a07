import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Audit, PHONE } from "./audit.mjs";
import { Console } from "./console.mjs";
import { openSilentPage } from "./stack.mjs";
import { LIMIT, ownStack } from "./suite.mjs";

const TOKEN = "a token of at least sixteen";

describe("a server that asks for tokens", () => {
  const folder = mkdtempSync(join(tmpdir(), "sideband-tokens-"));
  const tokens = join(folder, "tokens.yaml");
  writeFileSync(tokens, `tokens: [{token: ${TOKEN}, principal: alice}]\n`, {
    mode: 0o600,
  });
  const suite = ownStack({ settings: [`grpc.tokens-file=${tokens}`] });
  after(() => rmSync(folder, { recursive: true }));

  it(
    "should be used with the token that somebody types into the page",
    LIMIT,
    async () => {
      const page = await openSilentPage(suite.browser, suite.stack.url);
      const dialog = page.getByRole("dialog", {
        name: "This server asks for a token",
      });
      await dialog.waitFor();
      const audit = new Audit(page);
      await audit.look("token");
      await audit.look("token", PHONE);
      audit.assertClean();
      await dialog.getByLabel("Token").fill("not the right one, but long");
      await page.keyboard.press("Enter");
      await dialog.getByText("That token was refused.").waitFor();
      await dialog.getByLabel("Token").fill(TOKEN);
      await page.keyboard.press("Enter");
      await dialog.waitFor({ state: "hidden" });
      const console_ = new Console(page);
      await console_.talk();
      await console_.say("Hello.");
      await console_.saw("You said: Hello.");
      await console_.hangUp();
      assert.deepEqual(page.troubles, []);

      await page.reload();
      await console_.saw("You said: Hello.");
    },
  );
});
