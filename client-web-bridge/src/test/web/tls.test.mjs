import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Console, isGapless } from "./console.mjs";
import { openSilentPage } from "./stack.mjs";
import { LIMIT, shareStack } from "./suite.mjs";

/** Makes a key, and a certificate that it signs itself; false where there is no openssl. */
function signItself(certificate, key) {
  try {
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"],
        ...["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        ...["-out", certificate, "-keyout", key],
      ],
      { stdio: "pipe" },
    );
    return true;
  } catch (failure) {
    if (failure.code === "ENOENT") {
      return false;
    }
    throw failure;
  }
}

const folder = mkdtempSync(join(tmpdir(), "sideband-tls-"));
const [certificate, key] = ["cert.pem", "key.pem"].map((name) =>
  join(folder, name),
);
after(() => rmSync(folder, { recursive: true }));
const skip =
  !signItself(certificate, key) &&
  "openssl is missing, which signs a certificate";

describe("a bridge that speaks TLS", { skip }, () => {
  const suite = shareStack();
  let stack;
  before(async () => {
    const options = ["--tls-cert", certificate, "--tls-key", key];
    stack = await suite.stack.withBridge(options);
  }, LIMIT);
  after(() => stack?.stopBridge(), LIMIT);

  it(
    "should hold a call over HTTP/2, also when it is started again meanwhile",
    LIMIT,
    async () => {
      assert.match(stack.url, /^https:/);
      const page = await openSilentPage(suite.browser, stack.url, {
        ignoreHTTPSErrors: true,
      });
      assert.deepEqual(await protocols(page, "navigation"), ["h2"]);
      const console_ = new Console(page);
      await console_.talk();
      await console_.say("In private.");
      await console_.saw("You said: In private.");
      await stack.stopBridge();
      await page.getByText("reconnecting").waitFor();
      await stack.startBridge();
      await console_.say("Again.");
      await console_.saw("You said: Again.");
      await console_.hangUp();
      assert.ok(isGapless(await console_.events()));
      // A request that failed has none.
      const spoken = await protocols(page, "resource");
      assert.deepEqual(new Set(spoken.filter(Boolean)), new Set(["h2"]));
      assert.deepEqual(page.troubles, []);
      await page.context().close();
    },
  );
});

/** What was spoken for each entry of the page's performance timeline. */
const protocols = (page, type) =>
  page.evaluate(
    (entries) =>
      performance
        .getEntriesByType(entries)
        .map((entry) => entry.nextHopProtocol),
    type,
  );
