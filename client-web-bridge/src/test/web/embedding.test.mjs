import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { HELLO, openPage, PACKAGE } from "./stack.mjs";
import { LIMIT, shareStack, site } from "./suite.mjs";

const README = join(
  import.meta.dirname,
  "../../main/web/sideband-web/README.md",
);
const BRIDGE = "http://127.0.0.1:8080";

describe("a page of somebody else's", () => {
  const suite = shareStack(HELLO);

  it("should hold a call with the README's ten lines", LIMIT, async () => {
    const { stack, browser } = suite;
    const example = /```html\n([^]*?)```/.exec(readFileSync(README, "utf8"))[1];
    const script = /<script[^>]*>\n([^]*?)\n<\/script>/.exec(example)[1];
    assert.ok(script.split("\n").length <= 10);
    assert.equal(example.split(BRIDGE).length - 1, 2);

    site.page = example.replaceAll(BRIDGE, stack.url);
    const page = await openPage(browser, site.url);
    await page.getByRole("button", { name: "Talk" }).click();
    await page.getByText("seconds of speech").waitFor();
    await page.getByRole("button", { name: "Hang up" }).click();
    const client = await stack.client();
    const { conversations } = await client.rpc.list({ pageSize: 1 });
    assert.deepEqual(conversations[0].metadata, { client: "sideband-web" });
    for await (const update of client.follow(
      conversations[0].conversationId,
      0,
      new AbortController().signal,
    )) {
      assert.notEqual(update.kind, "away");
    }
    assert.equal(
      (await client.rpc.list({ pageSize: 1 })).conversations[0].live,
      false,
    );
    assert.deepEqual(page.troubles, []);
  });

  it("should be given the package by the bridge", LIMIT, async () => {
    const packed = await fetch(`${suite.stack.url}/sideband-web.tgz`);
    assert.deepEqual(
      Buffer.from(await packed.arrayBuffer()),
      readFileSync(PACKAGE),
    );
  });
});

/** What a program of somebody else's does with the package; each wrong line has to be one for the compiler, too. */
const PROGRAM = `
import { type Call, type RealtimeEvent, Sideband, SidebandError } from "sideband-web";

const sideband = new Sideband({ baseUrl: "https://bridge.example", iceServers: [] });

export async function talk(show: (text: string) => void): Promise<Call> {
  const took = ({ payload, sequence }: RealtimeEvent): bigint => {
    if (payload.case === "transcriptCompleted") {
      show(payload.value.text);
    }
    return sequence;
  };
  const call = await sideband.placeCall({
    session: { instructions: "Be short.", voice: "marin" },
    onEvents: (events) => events.forEach(took),
    onEnd: (failure?: SidebandError) => show(failure?.message ?? ""),
  });
  await call.say("Hello.");
  const { conversations } = await sideband.rpc.list({ pageSize: 1 });
  show(conversations[0]?.conversationId ?? call.conversationId);
  // @ts-expect-error
  call.hangUp();
  // @ts-expect-error
  await sideband.placeCall({ session: { instruction: "Misspelt." } });
  return call;
}
`;

describe("the package", () => {
  for (const resolution of ["nodenext", "bundler"]) {
    it(
      `should be typed for TypeScript, resolution ${resolution}`,
      { timeout: 60_000 },
      async () => {
        const folder = mkdtempSync(join(tmpdir(), "sideband-package-"));
        try {
          const installed = join(folder, "node_modules");
          mkdirSync(join(installed, "sideband-web"), { recursive: true });
          execFileSync("tar", [
            ...["-xzf", PACKAGE, "--strip-components=1"],
            ...["-C", join(installed, "sideband-web")],
          ]);
          for (const name of ["@bufbuild", "@connectrpc"]) {
            symlinkSync(
              join(import.meta.dirname, "node_modules", name),
              join(installed, name),
            );
          }
          writeFileSync(join(folder, "package.json"), '{"type": "module"}');
          writeFileSync(join(folder, "program.ts"), PROGRAM);
          const tsc = join(import.meta.dirname, "node_modules/.bin/tsc");
          const module = resolution === "bundler" ? "esnext" : resolution;
          execFileSync(
            tsc,
            [
              ...["--noEmit", "--strict", "--target", "es2022"],
              ...["--lib", "es2023,dom,dom.iterable", "--types", ""],
              ...["--module", module, "--moduleResolution", resolution],
              "program.ts",
            ],
            { cwd: folder, encoding: "utf8" },
          );
          const url = join(installed, "sideband-web/sideband-web.js");
          const { Sideband } = await import(url);
          assert.equal(typeof Sideband.prototype.placeCall, "function");
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
    );
  }
});
