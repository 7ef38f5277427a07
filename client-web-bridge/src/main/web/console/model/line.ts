import { EndReason, ErrorCode, Severity } from "../../gen/sideband/v1/error_pb";
import {
  ConversationEnded_HangUp,
  GapRepaired_Outcome,
  type RealtimeEvent,
  ResponseCompleted_Status,
  SidebandLost_Cause,
  type Timing,
  TransportKind,
} from "../../gen/sideband/v1/event_pb";
import { InputKind } from "../../gen/sideband/v1/input_pb";
import { Role } from "../../gen/sideband/v1/session_pb";
import { epochMillisOf, millisOf } from "../../sideband-web/time";
import { list, money, span, words } from "./words";

/** How much an event matters to somebody who watches. */
export type Tone = "quiet" | "normal" | "milestone" | "user" | "assistant" | "warning" | "error";

/** One event in words: what happened, what is worth knowing about it, and how loud to say it. */
export interface EventLine {
  tone: Tone;
  what: string;
  detail: string;
}

type Payload = RealtimeEvent["payload"];

/** Words for an event; an unknown payload has words too. */
export function lineOf({ payload, call, time }: RealtimeEvent): EventLine {
  const later = call > 1 ? `call ${call}` : "";
  switch (payload.case) {
    case "conversationStarted": {
      const { model, voice, transport } = payload.value;
      return milestone("conversation started", list(model, voice, words(TransportKind[transport] ?? "")));
    }
    case "callCreated":
      return milestone("call created", list(later, took(payload.value.timing)));
    case "sidebandJoining":
      return milestone(
        "sideband joining",
        list(later, payload.value.attempt > 1 && `attempt ${payload.value.attempt}`),
      );
    case "sidebandJoined":
    case "sessionConfigured":
      return milestone(words(payload.case), list(later, took(payload.value.timing)));
    case "clientMilestoneReached":
      return milestone(
        words(payload.value.name) || "client milestone",
        list(later, took(payload.value.timing), "by the client"),
      );
    case "renewalDue": {
      const left = epochMillisOf(payload.value.dueAt) - epochMillisOf(time);
      return normal("renewal due", `within ${span(left)} of ${span(millisOf(payload.value.limit))}`);
    }
    case "callRenewed":
      return milestone("call renewed", list(later, took(payload.value.timing)));
    case "callRetired": {
      const outcome = words(ConversationEnded_HangUp[payload.value.hangUp] ?? "");
      return milestone("call retired", list(`call ${payload.value.call}`, outcome));
    }
    default:
      return ofEnd(payload);
  }
}

function ofEnd(payload: Payload): EventLine {
  switch (payload.case) {
    case "sidebandRejoined": {
      const gap = epochMillisOf(payload.value.rejoinedAt) - epochMillisOf(payload.value.lostAt);
      return milestone("sideband rejoined", `after ${span(gap)}`);
    }
    case "gapRepaired": {
      const { outcome, itemsUnknown, message, recoveredItemIds } = payload.value;
      const found = list(words(GapRepaired_Outcome[outcome] ?? ""), ...recoveredItemIds, message);
      return { tone: itemsUnknown ? "warning" : "milestone", what: "gap repaired", detail: found };
    }
    case "conversationEnding":
      return milestone("ending", words(EndReason[payload.value.reason] ?? ""));
    case "conversationEnded": {
      const { reason, hangUp, duration, usage } = payload.value;
      const how = [words(EndReason[reason] ?? ""), words(ConversationEnded_HangUp[hangUp] ?? "")];
      return milestone("ended", list(...how, duration && span(millisOf(duration)), money(usage?.costMicroUsd)));
    }
    default:
      return ofTalk(payload);
  }
}

function ofTalk(payload: Payload): EventLine {
  switch (payload.case) {
    case "transcriptCompleted": {
      const user = payload.value.role === Role.USER;
      const what = user ? "you" : words(Role[payload.value.role] ?? "");
      return { tone: user ? "user" : "assistant", what, detail: payload.value.text };
    }
    case "inputSpeechStarted":
      return normal("user speaks", "");
    case "inputSpeechStopped":
      return normal("user stopped", "");
    case "handoffRequested":
      return normal("handoff requested", quote(payload.value.input) + recovered(payload.value.recovered));
    case "handoffOutputAdded":
      return normal("handoff answered", quote(payload.value.text));
    case "toolCallRequested": {
      const { name, arguments: given } = payload.value;
      return normal("tool call", `${name} ${given}${recovered(payload.value.recovered)}`);
    }
    case "transcriptDelta":
      return quiet("transcript delta", quote(payload.value.delta));
    case "toolArgumentsDelta":
      return quiet("tool arguments delta", payload.value.delta);
    case "inputAccepted":
      return quiet("input accepted", words((InputKind[payload.value.kind] ?? "").replace("INPUT_", "")));
    case "responseCompleted": {
      const { status, reason, message } = payload.value;
      const tone = status === ResponseCompleted_Status.FAILED ? "error" : "quiet";
      return { tone, what: `response ${words(ResponseCompleted_Status[status] ?? "")}`, detail: list(reason, message) };
    }
    default:
      return ofTrouble(payload);
  }
}

function ofTrouble(payload: Payload): EventLine {
  switch (payload.case) {
    case "startFailed":
      return { tone: "error", what: "start failed", detail: codeAnd(payload.value.code, payload.value.message) };
    case "renewalFailed":
      return { tone: "warning", what: "renewal failed", detail: codeAnd(payload.value.code, payload.value.message) };
    case "inputRejected":
      return { tone: "warning", what: "input rejected", detail: codeAnd(payload.value.code, payload.value.message) };
    case "errorOccurred": {
      const tone = payload.value.severity === Severity.RECOVERABLE ? "warning" : "error";
      return { tone, what: "error", detail: codeAnd(payload.value.code, payload.value.message) };
    }
    case "sidebandLost": {
      const { cause, closeCode, willRejoin } = payload.value;
      const code = closeCode ? `close code ${closeCode}` : "";
      const next = willRejoin ? "rejoining" : "not rejoining";
      return {
        tone: "warning",
        what: "sideband lost",
        detail: list(words(SidebandLost_Cause[cause] ?? ""), code, next),
      };
    }
    case "inputInDoubt":
    case "audioDropped":
    case "transcriptFailed":
    case "inputTimedOut":
      return { tone: "warning", what: words(payload.case), detail: fieldsOf(payload.value) };
    case "providerEvent":
      return quiet("provider event", payload.value.type);
    case undefined:
      return { tone: "warning", what: "unknown event", detail: "made by a newer server than this page" };
    default:
      return quiet(words(payload.case), fieldsOf(payload.value));
  }
}

/** The first few plain fields of a payload. */
function fieldsOf(payload: object): string {
  return Object.entries(payload)
    .filter(([name, value]) => !name.startsWith("$") && typeof value !== "object" && value)
    .slice(0, 4)
    .map(([name, value]) => (typeof value === "string" ? value : `${words(name)} ${String(value)}`))
    .join(", ");
}

function milestone(what: string, detail: string): EventLine {
  return { tone: "milestone", what, detail };
}

function normal(what: string, detail: string): EventLine {
  return { tone: "normal", what, detail };
}

function quiet(what: string, detail: string): EventLine {
  return { tone: "quiet", what, detail };
}

function took(timing: Timing | undefined): string {
  return timing?.elapsed ? `took ${span(millisOf(timing.elapsed))}` : "";
}

function quote(text: string): string {
  return `“${text}”`;
}

function recovered(is: boolean): string {
  return is ? " (recovered)" : "";
}

function codeAnd(code: ErrorCode, message: string): string {
  return list(ErrorCode[code], message);
}
