import { Code } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SidebandError } from "./failure";
import { Sideband } from "./sideband";

const ID = "01a3185c-53e8-7cd8-a8fb-0e6f684df992";

type Answer = (signal: AbortSignal | null | undefined, headers: Headers) => Response | Promise<Response>;

/** An answer in gRPC-Web that has only a status. */
const status = (code: Code, message: string): Response =>
  new Response("", {
    headers: { "content-type": "application/grpc-web+proto", "grpc-status": String(code), "grpc-message": message },
  });

/** An answer in gRPC-Web: an empty message. */
const taken = (): Response => {
  const trailers = new TextEncoder().encode("grpc-status: 0\r\n");
  const body = Uint8Array.of(0, 0, 0, 0, 0, 0x80, 0, 0, 0, trailers.length, ...trailers);
  return new Response(body, { headers: { "content-type": "application/grpc-web+proto" } });
};

/** One that never comes. */
const lost: Answer = (signal) =>
  new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));

describe("a server, as a page sees it", () => {
  let asked: { path: string; body: string; headers: Headers }[];

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  /** Answers what is asked, in this order; pages of the bridge's are answered by `page`. */
  function serve(answers: Answer[], page = (): Response => new Response("")): void {
    asked = [];
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      if (!url.includes("/sideband.v1.")) {
        return page();
      }
      const headers = new Headers(init.headers);
      const body = await new Response(init.body).arrayBuffer();
      asked.push({ path: url, body: Array.from(new Uint8Array(body)).join(" "), headers });
      return answers[asked.length - 1]!(init.signal, headers);
    });
  }

  it("should be asked again, with the same words, when a connection broke without one", async () => {
    serve([lost, () => status(Code.Unavailable, "starting"), taken]);
    const sent = new Sideband({ baseUrl: "http://127.0.0.1:1" }).say(ID, "Hello.");
    await vi.advanceTimersByTimeAsync(10_000);
    await sent;
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ body }) => body)).size).toBe(1);
  });

  it("should be asked no more when patience is over, and leave it open whether it arrived", async () => {
    serve(Array(20).fill(lost));
    const sent = new Sideband({ baseUrl: "http://127.0.0.1:1" }).say(ID, "Hello.");
    const failure = expect(sent).rejects.toMatchObject({ mayPass: true });
    await vi.advanceTimersByTimeAsync(40_000);
    await failure;
    expect(asked.length).toBeGreaterThan(3);
  });

  it("should have said no when it gave a reason, unless it does not know itself", async () => {
    const refusal = (reason: string) => new SidebandError("no", reason, Code.ResourceExhausted, 0);
    expect(refusal("INBOX_FULL")).toMatchObject({ mayPass: true, isOutcomeKnown: true });
    expect(refusal("LOG_UNAVAILABLE").isOutcomeKnown).toBe(false);
    expect(refusal("").isOutcomeKnown).toBe(false);
    expect(new SidebandError("no", "", Code.InvalidArgument, 0).isOutcomeKnown).toBe(true);
  });

  it("should not be sure that nothing came of it when only the last attempt was refused for certain", async () => {
    serve([lost, () => status(Code.InvalidArgument, "no")]);
    const sent = new Sideband({ baseUrl: "http://127.0.0.1:1" }).say(ID, "Hello.");
    const failure = expect(sent).rejects.toMatchObject({ isOutcomeKnown: false });
    await vi.advanceTimersByTimeAsync(10_000);
    await failure;
  });

  it("should be said the same once when whoever sends it again names the same request", async () => {
    serve([taken, taken]);
    const sideband = new Sideband({ baseUrl: "http://127.0.0.1:1" });
    const requestId = "74b0ff4c-22ad-4d54-8a8d-2a3a01c8d1d7";
    await sideband.say(ID, "Hello.", { requestId });
    await sideband.say(ID, "Hello.", { requestId });
    expect(asked[0]!.body).toBe(asked[1]!.body);
  });

  it("should be away, and no more, when something on the way does not find it", async () => {
    serve([() => new Response("no such page", { status: 404 })]);
    const got = new Sideband({ baseUrl: "http://127.0.0.1:1" }).get(ID);
    await expect(got).rejects.toMatchObject({ mayPass: true, message: "the server cannot be reached" });
  });
});

describe("a page of the bridge's, after the bridge was started again", () => {
  const refused = (): Response => status(Code.PermissionDenied, "reload it");
  let page: (signal: AbortSignal | null | undefined) => Response | Promise<Response>;
  let given: string[];

  beforeEach(() => {
    given = [];
    const meta = (text: string) => /content="(.*)"/.exec(text)?.[1] ?? "";
    vi.stubGlobal("location", { origin: "http://127.0.0.1:1", pathname: "/" });
    vi.stubGlobal("document", { querySelector: () => ({ content: "old" }) });
    vi.stubGlobal(
      "DOMParser",
      class {
        parseFromString = (text: string) => ({ querySelector: () => ({ content: meta(text) }) });
      },
    );
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      if (!url.includes("/sideband.v1.")) {
        return page(init.signal);
      }
      given.push(new Headers(init.headers).get("x-sideband-page") ?? "");
      return given.at(-1) === "new" ? taken() : refused();
    });
  });
  afterEach(() => void vi.unstubAllGlobals());

  it("should go on with the token of its new page", async () => {
    page = () => new Response('<meta name="sideband-token" content="new">');
    await new Sideband().get(ID);
    expect(given).toEqual(["old", "new"]);
  });

  it("should wait for the bridge when there is a page of somebody else's, and then go on", async () => {
    const sideband = new Sideband();
    page = () => new Response("this bridge holds as many calls as it has room for", { status: 503 });
    await expect(sideband.get(ID)).rejects.toMatchObject({ status: Code.Unavailable });
    page = () => new Response('<meta name="sideband-token" content="new">');
    await sideband.get(ID);
    expect(given).toEqual(["old", "old", "new"]);
  });

  it("should wait no longer for a page than for anything else", async () => {
    vi.useFakeTimers();
    page = (signal) => lost(signal, new Headers());
    const got = expect(new Sideband().get(ID)).rejects.toMatchObject({ status: Code.Unavailable });
    await vi.advanceTimersByTimeAsync(5_000);
    await got;
    vi.useRealTimers();
  });

  it("should say that it is refused when the new page has no token", async () => {
    page = () => new Response("<p>Somebody else's page");
    await expect(new Sideband().get(ID)).rejects.toMatchObject({ status: Code.PermissionDenied });
  });
});
