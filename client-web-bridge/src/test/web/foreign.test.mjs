import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import protobuf from "protobufjs";
import { launchBrowser, openPage, Stack, START_LIMIT } from "./stack.mjs";

const LIMIT = { timeout: 120_000 };
const require = createRequire(import.meta.url);
const PROTOS = join(import.meta.dirname, "../../../../proto/src/main/proto");
const GOOGLE = join(import.meta.dirname, "../../main/web/proto");

/** The API as protobufjs reads it, for a page. */
function apiAsJson() {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => {
    const known = protobuf.common.get(target);
    return known
      ? target
      : join(target.startsWith("google/rpc/") ? GOOGLE : PROTOS, target);
  };
  return root
    .loadSync("sideband/v1/conversation.proto", { keepCase: false })
    .toJSON();
}

/** In the page: a conversation in writing by Google's client, with messages of protobufjs. */
async function holdConversation({ api, url, token, format }) {
  const root = globalThis.protobuf.Root.fromJSON(api);
  const { GrpcWebClientBase, MethodDescriptor, MethodType } =
    globalThis.grpcWeb;
  const client = new GrpcWebClientBase({ format });
  const method = (name, type, request, response) => {
    const [asks, answers] = [
      root.lookupType(request),
      root.lookupType(response),
    ];
    return new MethodDescriptor(
      `/sideband.v1.Conversation/${name}`,
      type,
      Object,
      Object,
      (message) => asks.encode(asks.fromObject(message)).finish(),
      (bytes) =>
        answers.toObject(answers.decode(bytes), {
          longs: Number,
          enums: String,
          oneofs: true,
        }),
    );
  };
  const metadata = { "x-sideband-page": token };
  const ask = (name, request) => {
    const types = [`sideband.v1.${name}Request`, `sideband.v1.${name}Response`];
    const descriptor = method(name, MethodType.UNARY, ...types);
    return client.unaryCall(
      `${url}/sideband.v1.Conversation/${name}`,
      request,
      metadata,
      descriptor,
    );
  };

  const { conversationId } = await ask("Start", {
    transport: { webSocket: {} },
    session: { outputModality: 2 },
  });
  const sequences = [];
  const texts = [];
  const types = ["sideband.v1.SubscribeRequest", "sideband.v1.RealtimeEvents"];
  const stream = client.serverStreaming(
    `${url}/sideband.v1.Conversation/Subscribe`,
    { conversationId, follow: true },
    metadata,
    method("Subscribe", MethodType.SERVER_STREAMING, ...types),
  );
  const ended = new Promise((done, failed) => {
    stream.on("error", failed);
    stream.on("end", done);
    stream.on("data", ({ events = [] }) => {
      for (const event of events) {
        sequences.push(event.sequence);
        if (event.transcriptCompleted) {
          texts.push(event.transcriptCompleted.text);
          void ask("Stop", { conversationId });
        }
      }
    });
  });
  await ask("Send", {
    conversationId,
    input: { text: { text: "Hello from afar.", respond: true } },
  });
  if (format === "binary") {
    // In this mode that client hands a stream over when it is complete.
    await ask("Stop", { conversationId });
  }
  await ended;
  const refused = await ask("Get", { conversationId: "no-such-one" }).catch(
    ({ code }) => code,
  );
  return { sequences, texts, refused };
}

describe("gRPC-Web clients of someone else's making", () => {
  let stack;
  let browser;

  before(async () => {
    stack = await Stack.start();
    browser = await launchBrowser();
  }, START_LIMIT);

  after(async () => {
    await browser?.close();
    await stack?.close();
  }, LIMIT);

  for (const format of ["text", "binary"]) {
    it(
      `should hold a conversation by grpc-web, mode ${format}`,
      LIMIT,
      async () => {
        // The page's policy allows no scripts but its own, and protobufjs makes some.
        const page = await openPage(browser, stack.url, { bypassCSP: true });
        const token = await page
          .locator("meta[name=sideband-token]")
          .getAttribute("content");
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
        const held = await page.evaluate(holdConversation, {
          api: apiAsJson(),
          url: stack.url,
          token,
          format,
        });
        if (format === "text") {
          assert.deepEqual(held.texts, ["You said: Hello from afar."]);
        }
        assert.ok(held.sequences.length > 2);
        assert.deepEqual(
          held.sequences,
          held.sequences.map((_, index) => index + 1),
        );
        assert.ok([3, 5].includes(held.refused), `status ${held.refused}`);
      },
    );
  }

  it(
    "should hold a conversation by connect-web, without a browser",
    LIMIT,
    async () => {
      const client = await stack.client();
      const { conversationId } = await client.rpc.start({
        transport: { kind: { case: "webSocket", value: {} } },
      });
      await client.rpc.stop({ conversationId });
      const sequences = [];
      for await (const { events } of client.rpc.subscribe({
        conversationId,
        follow: true,
      })) {
        sequences.push(...events.map(({ sequence }) => Number(sequence)));
      }
      assert.ok(sequences.length > 2);
      assert.deepEqual(
        sequences,
        sequences.map((_, index) => index + 1),
      );
      await assert.rejects(
        client.rpc.get({ conversationId: "no-such-one" }),
        /invalid_argument|not_found/,
      );
    },
  );
});
