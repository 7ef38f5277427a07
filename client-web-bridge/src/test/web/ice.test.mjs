import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Console } from "./console.mjs";
import { configurations, watchPeers } from "./peers.mjs";
import { HELLO, openPage } from "./stack.mjs";
import { LIMIT, ownStack } from "./suite.mjs";

const STUN = "stun:127.0.0.1:9";
const TURN = "turn:127.0.0.1:9?transport=udp";

describe("a call of a server that knows STUN and TURN servers", () => {
  const folder = mkdtempSync(join(tmpdir(), "sideband-ice-"));
  const secret = join(folder, "turn-secret");
  writeFileSync(secret, "between us");
  const suite = ownStack(
    {
      settings: [
        `webrtc.stun-urls=${STUN}`,
        `webrtc.turn-urls=${TURN}`,
        `webrtc.turn-secret-file=${secret}`,
      ],
    },
    HELLO,
  );
  after(() => rmSync(folder, { recursive: true }));

  it(
    "should be placed with them, though nobody answers there",
    LIMIT,
    async () => {
      const page = await openPage(suite.browser, suite.stack.url);
      await watchPeers(page);
      const console_ = new Console(page);
      await console_.talk();
      await console_.saw("seconds of speech");
      const [{ iceServers }] = await configurations(page);
      const [stun, turn] = iceServers;
      assert.deepEqual(stun.urls, [STUN]);
      assert.deepEqual(turn.urls, [TURN]);
      assert.ok(Number(turn.username.split(":")[0]) > Date.now() / 1000);
      assert.match(turn.credential, /^[A-Za-z0-9+/]{27}=$/);
      await console_.hangUp();
      assert.deepEqual(page.troubles, []);
    },
  );
});
