import { signal } from "@preact/signals";
import type { ConversationSummary } from "../../gen/sideband/v1/conversation_pb";
import { SidebandError } from "../../sideband-web/index";
import { sideband } from "./server";

const EVERY_MS = 3_000;
const PAGE = 50;

export const conversations = signal<readonly ConversationSummary[]>([]);
/** Why the list could not be read; empty while it can. */
export const listFailure = signal("");
/** Whether it was read at all. */
export const isListed = signal(false);
export const hasMore = signal(false);

let pages = 1;
let reading: Promise<void> | undefined;

/** Reads it again; who asks meanwhile gets the same answer. */
export function refreshList(): Promise<void> {
  reading ??= read().finally(() => (reading = undefined));
  return reading;
}

async function read(): Promise<void> {
  try {
    const found: ConversationSummary[] = [];
    let pageToken = "";
    for (let page = 0; page < pages; page++) {
      const request = { pageSize: PAGE, pageToken };
      const answer = await sideband.ask((limit) => sideband.rpc.list(request, limit));
      found.push(...answer.conversations);
      pageToken = answer.nextPageToken;
      if (!pageToken) {
        break;
      }
    }
    conversations.value = found;
    hasMore.value = pageToken !== "";
    isListed.value = true;
    listFailure.value = "";
  } catch (thrown) {
    listFailure.value = (thrown as SidebandError).message;
  }
}

export function showMore(): Promise<void> {
  pages++;
  return refreshList();
}

/** Keeps it fresh while somebody can see it. */
export function watchList(): void {
  void refreshList();
  setInterval(() => {
    if (!document.hidden) {
      void refreshList();
    }
  }, EVERY_MS);
}
