import { createClient, ConnectError } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import { apiAsJson, apiAsRegistry } from "./api.mjs";
import { holdConversation } from "./grpcweb.mjs";
import { openPage } from "./stack.mjs";
import { LIMIT, shareStack } from "./suite.mjs";

const require = createRequire(import.meta.url);

const [INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION] = [3, 5, 9];

/** A conversation in writing, as every client is to see it: whole, in order, and with refusals that say why. */
function assertWhole({ sequences, kinds, texts, refusals }) {
  assert.deepEqual(
    sequences,
    sequences.map((_, index) => index + 1),
  );
  assert.equal(kinds[0], "conversationStarted");
  assert.equal(kinds.at(-1), "conversationEnded");
  assert.deepEqual(texts, ["You said: Hello from afar."]);
  const domain = "sideband";
  assert.deepEqual(refusals, [
    { code: INVALID_ARGUMENT, reason: "VOICE_UNSUPPORTED", domain },
    { code: NOT_FOUND, reason: "CONVERSATION_NOT_FOUND", domain },
    { code: FAILED_PRECONDITION, reason: "CONVERSATION_ENDED", domain },
  ]);
}

/** An id like this one, of no conversation. */
function otherThan(conversationId) {
  return conversationId.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
}

describe("gRPC-Web clients of someone else's making", () => {
  const suite = shareStack();

  for (const format of ["text", "binary"]) {
    it(
      `should hold a conversation by grpc-web, mode ${format}`,
      LIMIT,
      async () => {
        // The page's policy allows no scripts but its own, and protobufjs makes some.
        const page = await openPage(suite.browser, suite.stack.url, {
          bypassCSP: true,
        });
        await page.addScriptTag({
          content: readFileSync(
            require.resolve("protobufjs/dist/protobuf.js"),
            "utf8",
          ),
        });
        const grpcWeb = readFileSync(require.resolve("grpc-web"), "utf8");
        await page.addScriptTag({
          content: `globalThis.grpcWeb = {}; ((exports) => {${grpcWeb}})(globalThis.grpcWeb);`,
        });
        const token = await page
          .locator("meta[name=sideband-token]")
          .getAttribute("content");
        assertWhole(
          await page.evaluate(holdConversation, {
            api: apiAsJson(),
            url: suite.stack.url,
            token,
            format,
          }),
        );
        await page.context().close();
      },
    );
  }

  // It knows no text mode.
  it("should hold a conversation by connect-web", LIMIT, async () => {
    const api = apiAsRegistry();
    const client = createClient(
      api.getService("sideband.v1.Conversation"),
      createGrpcWebTransport({ baseUrl: suite.stack.url }),
    );
    const refusal = (asked) =>
      asked.then(
        () => assert.fail("it was not refused"),
        (thrown) => {
          const error = ConnectError.from(thrown);
          const [info] = error.findDetails(
            api.getMessage("google.rpc.ErrorInfo"),
          );
          return { code: error.code, reason: info.reason, domain: info.domain };
        },
      );
    const transport = { kind: { case: "webSocket", value: {} } };
    const held = { sequences: [], kinds: [], texts: [], refusals: [] };
    held.refusals.push(
      await refusal(client.start({ transport, session: { voice: "nobody" } })),
    );

    const { conversationId } = await client.start({
      transport,
      session: { outputModality: 2 },
    });
    const text = { text: "Hello from afar.", respond: true };
    const input = { kind: { case: "text", value: text } };
    await client.send({ conversationId, input });
    for await (const { events } of client.subscribe({
      conversationId,
      follow: true,
    })) {
      for (const { sequence, payload } of events) {
        held.sequences.push(Number(sequence));
        held.kinds.push(payload.case);
        if (payload.case === "transcriptCompleted") {
          held.texts.push(payload.value.text);
          await client.stop({ conversationId });
        }
      }
    }
    held.refusals.push(
      await refusal(client.get({ conversationId: otherThan(conversationId) })),
      await refusal(client.send({ conversationId, input })),
    );
    assertWhole(held);
  });
});
