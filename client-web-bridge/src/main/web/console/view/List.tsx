import type { ConversationSummary } from "../../gen/sideband/v1/conversation_pb";
import { EndReason } from "../../gen/sideband/v1/error_pb";
import { epochMillisOf } from "../../sideband-web/index";
import { ago, list, money, span, words } from "../model/words";
import { now } from "../store/clock";
import { conversations, hasMore, isListed, listFailure, showMore } from "../store/list";
import { openedId, showConversation, showHome } from "../store/route";
import { call, own } from "../store/talk";
import { Plus } from "./icons";

/** Every conversation that one may see, newest first. */
export function List() {
  return (
    <nav class="pane list" aria-label="Conversations">
      <header class="brand">
        <a href="#/" onClick={(event) => isHere(event) && showHome()}>
          <Mark />
          Sideband
        </a>
        {!call.value && (
          <button class="quiet round" onClick={showHome} title="New call" aria-label="New call">
            <Plus />
          </button>
        )}
      </header>
      {listFailure.value && (
        <p class="trouble-line" role="status">
          {listFailure.value}
        </p>
      )}
      {isListed.value && conversations.value.length === 0 && (
        <p class="empty">
          No conversations yet.
          <br />
          Press <b>Talk</b>, or run <code>./sideband demo</code>.
        </p>
      )}
      <ul class="conversations">
        {conversations.value.map((summary) => (
          <Row key={summary.conversationId} summary={summary} />
        ))}
      </ul>
      {hasMore.value && (
        <button class="quiet more" onClick={() => void showMore()}>
          Show more
        </button>
      )}
    </nav>
  );
}

/** Else the browser opens it in another tab, or window. */
function isHere(event: MouseEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.shiftKey;
}

function Row({ summary }: { summary: ConversationSummary }) {
  const { conversationId: id, live, endReason, metadata, usage, model } = summary;
  const started = epochMillisOf(summary.startedAt);
  const until = summary.endedAt ? epochMillisOf(summary.endedAt) : now.value;
  const mine = own.value?.id === id && call.value;
  const name = metadata["title"] || metadata["client"] || "conversation";
  const tokens = Number((usage?.inputTokens ?? 0n) + (usage?.outputTokens ?? 0n));
  const isGood = live || endReason === EndReason.REQUESTED;
  const state = live ? (mine ? "your call" : "live") : isGood ? "ended" : words(EndReason[endReason] ?? "");
  return (
    <li>
      <a
        href={`#/c/${id}`}
        aria-current={openedId.value === id ? "page" : undefined}
        onClick={(event) => isHere(event) && showConversation(id)}
      >
        <span class={`dot ${live ? "live" : isGood ? "" : "bad"}`} />
        <span class="name">
          {name} <span class="faint">{id.slice(0, 13)}</span>
        </span>
        <span class="age">{ago(started, now.value)}</span>
        <span class="about">
          <span>{list(state, span(until - started), live && model)}</span>
          <span class="cost">{money(usage?.costMicroUsd) || (tokens > 0 && `${tokens.toLocaleString("en")} tok`)}</span>
        </span>
      </a>
    </li>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M8 13v6M13 9v14M19 12v8M24 14.500v3" />
    </svg>
  );
}
