import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, createClient, type Client, type Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import {
  Conversation,
  type ConversationState,
  type RealtimeEvents,
  type SendResponse,
  type StopResponse,
} from "../gen/sideband/v1/conversation_pb";
import type { InputSchema } from "../gen/sideband/v1/input_pb";
import { Call, type CallOptions } from "./call";
import { callFailureOf, failureOf, SidebandError } from "./failure";
import { follow, type FeedUpdate } from "./feed";
import { iceServersOf } from "./ice";
import { pause } from "./time";

/** What the bridge writes into the page. */
const PAGE_TOKEN = "sideband-token";

const RETRY_EVERY_MS = 500;

/** With as many tokens: somebody types them, but a program may know only wrong ones. */
const MOST_TRIES = 10;

/** How long an answer may take, renewals and starts included. */
const ANSWER_WITHIN_MS = 35_000;

/** The same, of what is asked again: a connection that broke without a word is given up then. */
const TRY_FOR_MS = 5_000;

export interface SidebandOptions {
  /** Where the bridge is. Default: where the page came from. */
  baseUrl?: string;
  /** What the bridge wrote into the page. Default: the page's `<meta name="sideband-token">`. */
  pageToken?: string;
  /** The server's bearer token, where it asks for one. */
  token?: string;
  /**
   * Asked for that token when the server wants one; what was refused is then tried once more, and it is asked again for
   * another if that is refused, too. Throws if there is none.
   */
  onUnauthenticated?: () => Promise<string>;
  /** STUN and TURN servers. Default: those that the server names, asked for before each call. */
  iceServers?: RTCIceServer[];
}

export interface SendOptions {
  /** A UUID of the caller's. Default: a new one. */
  requestId?: string;
  patienceMs?: number;
}

/** A Sideband server, as a page sees it. */
export class Sideband {
  /** Every RPC of the API. Those below know tokens and what may be asked again; these do not. */
  readonly rpc: Client<typeof Conversation>;
  private token: string;
  private pageToken: string;
  private readingPage: Promise<boolean> | undefined;

  constructor(private readonly options: SidebandOptions = {}) {
    this.token = options.token ?? "";
    this.pageToken = options.pageToken ?? contentOf(globalThis.document, PAGE_TOKEN);
    const transport = createGrpcWebTransport({
      baseUrl: options.baseUrl ?? globalThis.location.origin,
      interceptors: [this.headers],
    });
    this.rpc = createClient(Conversation, transport);
  }

  private readonly headers: Interceptor = (next) => (request) => {
    if (this.pageToken) {
      request.header.set("x-sideband-page", this.pageToken);
    }
    if (this.token) {
      request.header.set("authorization", `Bearer ${this.token}`);
    }
    return next(request);
  };

  /**
   * Asks for the microphone and places a call; resolves when the answer is applied. Must come from a click. Throws a
   * {@link SidebandError}.
   */
  async placeCall(options: CallOptions = {}): Promise<Call> {
    try {
      return await Call.place(this, options);
    } catch (thrown) {
      throw callFailureOf(thrown);
    }
  }

  /**
   * The events of a conversation after a sequence, to its end, over every restart and network drop.
   * Throws a {@link SidebandError} that asking again would not help.
   */
  follow(conversationId: string, after: number, signal: AbortSignal): AsyncGenerator<FeedUpdate, void> {
    return follow((sequence, ours) => this.subscribe(conversationId, sequence, ours), after, signal);
  }

  private async *subscribe(conversationId: string, after: number, signal: AbortSignal): AsyncGenerator<RealtimeEvents> {
    const request = { conversationId, afterSequence: BigInt(after), follow: true };
    for (let tries = 1; ; tries++) {
      let heard = false;
      const used = this.token;
      try {
        for await (const batch of this.rpc.subscribe(request, { signal })) {
          heard = true;
          yield batch;
        }
        return;
      } catch (thrown) {
        await this.mend(failureOf(thrown), heard ? MOST_TRIES : tries, used);
      }
    }
  }

  /** Runs an RPC; throws a {@link SidebandError}. */
  async ask<T>(run: (options: { timeoutMs: number }) => Promise<T>, timeoutMs = ANSWER_WITHIN_MS): Promise<T> {
    for (let tries = 1; ; tries++) {
      const used = this.token;
      try {
        return await run({ timeoutMs });
      } catch (thrown) {
        await this.mend(failureOf(thrown), tries, used);
      }
    }
  }

  /** Gets what the refused request lacked, so that it may be made once more; else throws the failure. */
  private async mend(failure: SidebandError, tries: number, used: string): Promise<void> {
    if (tries < MOST_TRIES && failure.isUnauthenticated && this.options.onUnauthenticated) {
      // A token that somebody gave since then was not refused yet.
      if (used === this.token) {
        this.token = await this.options.onUnauthenticated();
      }
    } else if (tries === 1 && failure.isOfBridge && (await this.hasNewPageToken())) {
      // The bridge was started again since the page came from it.
    } else {
      throw failure;
    }
  }

  /** Reads our own page anew for its token, once for all who were refused; false if it did not come from there. */
  private hasNewPageToken(): Promise<boolean> {
    if (!this.pageToken || this.options.pageToken !== undefined || this.options.baseUrl !== undefined) {
      return Promise.resolve(false);
    }
    this.readingPage ??= this.readPageToken().finally(() => (this.readingPage = undefined));
    return this.readingPage;
  }

  /** A bridge that is away, or full, has no page: that passes, and the token that we have is kept until then. */
  private async readPageToken(): Promise<boolean> {
    const token = contentOf(new DOMParser().parseFromString(await ownPage(), "text/html"), PAGE_TOKEN);
    this.pageToken = token || this.pageToken;
    return token !== "";
  }

  /**
   * Puts something into a conversation. A server that is away is asked again under the same id, so that it gets it
   * once, for `patienceMs`. Whether it has it may be unknown afterwards ({@link SidebandError.isOutcomeKnown}): whoever
   * sends the same again under the same `requestId` has it taken once.
   */
  send(
    conversationId: string,
    input: MessageInitShape<typeof InputSchema>,
    { requestId = uuid(), patienceMs = 30_000 }: SendOptions = {},
  ): Promise<SendResponse> {
    return this.askPatiently(patienceMs, (options) => this.rpc.send({ conversationId, requestId, input }, options));
  }

  /** Types something for the assistant to answer. */
  say(conversationId: string, text: string, options?: SendOptions): Promise<SendResponse> {
    return this.send(conversationId, { kind: { case: "text", value: { text, respond: true } } }, options);
  }

  /** Ends a conversation; its call is hung up afterwards. */
  stop(conversationId: string, patienceMs = 8_000): Promise<StopResponse> {
    return this.askPatiently(patienceMs, (options) => this.rpc.stop({ conversationId }, options));
  }

  /** The STUN and TURN servers for the next peer connection; their credentials expire, so ask before each. */
  async iceServers(): Promise<RTCIceServer[]> {
    return this.options.iceServers ?? iceServersOf(this);
  }

  /** What a conversation is now. */
  async get(conversationId: string): Promise<ConversationState | undefined> {
    return (await this.ask((options) => this.rpc.get({ conversationId }, options))).state;
  }

  private async askPatiently<T>(patienceMs: number, run: (options: { timeoutMs: number }) => Promise<T>): Promise<T> {
    const end = performance.now() + patienceMs;
    let unsettled: SidebandError | undefined;
    for (;;) {
      try {
        return await this.ask(run, TRY_FOR_MS);
      } catch (thrown) {
        const failure = failureOf(thrown);
        unsettled = failure.isOutcomeKnown ? unsettled : failure;
        if (!failure.mayPass || failure.isCancelled || performance.now() > end) {
          // What an earlier attempt came to is not known either, whatever the last one was told.
          throw unsettled ?? failure;
        }
        await pause(Math.max(RETRY_EVERY_MS, failure.retryAfterMs));
      }
    }
  }
}

/** A random UUID, on pages without a secure context too. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Our own page, as the bridge serves it now; throws a {@link SidebandError}. */
async function ownPage(): Promise<string> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), TRY_FOR_MS);
  try {
    const page = await fetch(globalThis.location.pathname, { cache: "no-store", signal: limit.signal });
    if (page.ok) {
      return await page.text();
    }
  } catch {
    // As below.
  } finally {
    clearTimeout(timer);
  }
  throw new SidebandError("the bridge cannot be reached", "", Code.Unavailable, 0);
}

/** What the bridge put into a page; empty if it did not. */
function contentOf(page: Document | undefined, name: string): string {
  const content = page?.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
  return content.startsWith("__SIDEBAND_") ? "" : content;
}
