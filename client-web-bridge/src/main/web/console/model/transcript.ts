import { ConversationEnded_HangUp, type RealtimeEvent, ResponseCompleted_Status } from "../../gen/sideband/v1/event_pb";
import { EndReason, ErrorCode, Severity } from "../../gen/sideband/v1/error_pb";
import { type Item, Role } from "../../gen/sideband/v1/session_pb";
import { span, words } from "./words";
import type { Standing } from "./conversation";
import { epochMillisOf } from "../../sideband-web/time";

export type SaidKind = "message" | "handoff" | "tool" | "notice" | "trouble" | "place";

/** One thing in the transcript, in the order of the provider's items. */
export interface Said {
  /** Unique in the conversation. */
  key: string;
  kind: SaidKind;
  role: Role;
  /** By content part; joined by {@link textOf}. */
  parts: readonly string[];
  completed: boolean;
  /** The user is being heard. */
  speaking: boolean;
  /** It was cut off before its end. */
  interrupted: boolean;
  /** Its end may have been missed, so it counts as finished, unless it goes on. */
  assumed: boolean;
  deleted: boolean;
  /** The input that it came from; empty if it was none. */
  inputId: string;
  responseId: string;
  /** Of the event that first told of it. */
  sequence: number;
  /** Since the start, in milliseconds. */
  at: number;
}

type Transcript = readonly Said[];

export function textOf(said: Said): string {
  return said.parts.filter((part) => part).join("\n");
}

/** Who said it, for people. */
export function whoOf({ role }: Said): string {
  return role === Role.USER ? "you" : role === Role.ASSISTANT ? "assistant" : "system";
}

/** Whether there is anything of it to show. */
export function isShown(said: Said): boolean {
  return said.kind !== "place" && (said.speaking || textOf(said) !== "" || said.kind !== "message");
}

export function evolveTranscript(before: Transcript, event: RealtimeEvent, standing: Standing): Transcript {
  if (standing.isOfNext) {
    return before;
  }
  return new TranscriptPage(before, standing).take(event);
}

/** One step of the transcript. */
class TranscriptPage {
  constructor(
    private readonly before: Transcript,
    private readonly standing: Standing,
  ) {}

  take({ payload }: RealtimeEvent): Transcript {
    switch (payload.case) {
      case "inputSpeechStarted":
        return this.change(payload.value.itemId, { kind: "message", role: Role.USER, speaking: true });
      case "inputSpeechStopped":
        return this.change(payload.value.itemId, { speaking: false });
      case "inputCommitted": {
        const { itemId, previousItemId } = payload.value;
        return this.place(itemId, previousItemId, { kind: "message", role: Role.USER, speaking: false });
      }
      case "itemAdded":
      case "itemCompleted":
        return this.itemTold(payload.value.item, payload.value.previousItemId);
      case "itemTruncated":
        return this.changeKnown(payload.value.itemId, { interrupted: true });
      case "itemDeleted":
        return this.changeKnown(payload.value.itemId, { deleted: true });
      case "inputAccepted": {
        const { inputId, input } = payload.value;
        if (input?.kind.case !== "text") {
          return this.before;
        }
        const { role, text } = input.kind.value;
        const known = { kind: "message" as const, role: role || Role.USER, inputId };
        return this.change(inputId, { ...known, parts: [text], completed: true });
      }
      default:
        return this.takeTexts(payload);
    }
  }

  private takeTexts(payload: RealtimeEvent["payload"]): Transcript {
    switch (payload.case) {
      case "transcriptDelta": {
        const { itemId, contentIndex, delta, role, responseId } = payload.value;
        const known = this.find(itemId);
        const parts = grown(known?.parts ?? [], contentIndex, delta);
        const goesOn = known?.assumed ? { completed: false, interrupted: false, assumed: false } : {};
        return known?.completed && !known.assumed
          ? this.before
          : this.change(itemId, { kind: "message", role, responseId, parts, ...goesOn });
      }
      case "transcriptCompleted": {
        const { itemId, contentIndex, text, role, responseId } = payload.value;
        const known = this.find(itemId);
        const parts = replaced(known?.parts ?? [], contentIndex, text);
        const whole = known?.assumed ? { interrupted: false, assumed: false } : {};
        const done = { completed: true, speaking: false, ...whole };
        return this.change(itemId, { kind: "message", role, responseId, parts, ...done });
      }
      case "transcriptFailed": {
        const why = payload.value.message || payload.value.providerCode;
        const parts = [`(not transcribed${why ? `: ${why}` : ""})`];
        return this.change(payload.value.itemId, { kind: "message", role: Role.USER, parts, completed: true });
      }
      case "responseCompleted": {
        const cut = payload.value.status !== ResponseCompleted_Status.COMPLETED;
        return this.before.map((said) =>
          said.responseId === payload.value.responseId && (!said.completed || said.assumed)
            ? { ...said, completed: true, interrupted: (said.interrupted && !said.assumed) || cut, assumed: false }
            : said,
        );
      }
      case "handoffRequested":
        return this.change(payload.value.itemId || payload.value.handoffId, {
          kind: "handoff",
          role: Role.ASSISTANT,
          parts: [payload.value.input],
          completed: true,
        });
      case "toolCallRequested":
        return this.change(payload.value.itemId || payload.value.toolCallId, {
          kind: "tool",
          role: Role.ASSISTANT,
          parts: [payload.value.name],
          completed: true,
        });
      default:
        return this.takeNotices(payload);
    }
  }

  private takeNotices(payload: RealtimeEvent["payload"]): Transcript {
    switch (payload.case) {
      case "sessionConfigured":
        return this.before.some((said) => said.key === "connected")
          ? this.before
          : this.notice("connected", "connected");
      case "sidebandLost":
        return this.notice(
          "",
          payload.value.willRejoin ? "the sideband was lost; the voice goes on" : "the sideband was lost",
        );
      case "sidebandRejoined": {
        const { rejoinedAt, lostAt, unsettledResponseId } = payload.value;
        const gap = epochMillisOf(rejoinedAt) - epochMillisOf(lostAt);
        return this.afterLoss(unsettledResponseId).notice("", `the sideband is back, after ${span(gap)}`);
      }
      case "callRenewed":
        return this.finished().notice("", "the call was renewed");
      case "errorOccurred": {
        const { severity, message, code } = payload.value;
        const text = message || words(ErrorCode[code] ?? "");
        return severity === Severity.RECOVERABLE ? this.notice("", text) : this.notice("", text, "trouble");
      }
      case "startFailed":
        return this.notice("", payload.value.message || words(ErrorCode[payload.value.code] ?? ""), "trouble");
      case "conversationEnded": {
        const reason = words(EndReason[payload.value.reason] ?? "");
        const hangUp = words(ConversationEnded_HangUp[payload.value.hangUp] ?? "");
        return this.finished().notice("", `ended: ${reason}, ${hangUp}`);
      }
      default:
        return this.before;
    }
  }

  /** Whoever spoke may have stopped, and the response that was active may be over. */
  private afterLoss(responseId: string): TranscriptPage {
    const assumed = this.before.map((said) =>
      said.completed || said.responseId !== responseId
        ? said
        : { ...said, completed: true, interrupted: textOf(said) !== "", assumed: true },
    );
    const known = responseId ? assumed : this.before;
    return new TranscriptPage(
      known.map((said) => (said.speaking ? { ...said, speaking: false } : said)),
      this.standing,
    );
  }

  /** What an earlier call, or the conversation, had not finished is finished. */
  private finished(): TranscriptPage {
    const settled = this.before.map((said) =>
      said.completed ? said : { ...said, speaking: false, completed: true, interrupted: textOf(said) !== "" },
    );
    return new TranscriptPage(settled, this.standing);
  }

  private itemTold(item: Item | undefined, previous: string): Transcript {
    if (!item?.id) {
      return this.before;
    }
    const role = item.kind.case === "message" ? item.kind.value.role : Role.ROLE_UNSPECIFIED;
    const spoken = role === Role.USER || role === Role.ASSISTANT;
    return this.place(item.id, previous, spoken ? { kind: "message", role } : {});
  }

  private notice(key: string, text: string, kind: "notice" | "trouble" = "notice"): Transcript {
    const said = this.fresh(key || `notice ${this.standing.sequence}`);
    return [...this.before, { ...said, kind, parts: [text], completed: true }];
  }

  private keyOf(itemId: string): string {
    return `${this.standing.call || 1} ${itemId}`;
  }

  private indexOf(itemId: string): number {
    const key = this.keyOf(itemId);
    return this.before.findLastIndex((said) => said.key === key);
  }

  private find(itemId: string): Said | undefined {
    return this.before[this.indexOf(itemId)];
  }

  /** Changes an item, or adds it at the end. */
  private change(itemId: string, to: Partial<Said>): Transcript {
    const at = this.indexOf(itemId);
    return at < 0
      ? [...this.before, { ...this.fresh(this.keyOf(itemId)), ...to }]
      : this.before.with(at, { ...this.before[at]!, ...to });
  }

  private changeKnown(itemId: string, to: Partial<Said>): Transcript {
    return this.indexOf(itemId) < 0 ? this.before : this.change(itemId, to);
  }

  /** Changes an item, and puts it behind the one that the provider says it follows. */
  private place(itemId: string, previous: string, to: Partial<Said>): Transcript {
    const from = this.indexOf(itemId);
    const behind = previous ? this.indexOf(previous) : -1;
    const known = this.before[from] ?? this.fresh(this.keyOf(itemId));
    const changed = known.kind === "place" ? { ...known, ...to } : { ...known, ...to, kind: known.kind };
    if (from >= 0 && from > behind) {
      return this.before.with(from, changed);
    }
    const rest = from < 0 ? this.before : this.before.toSpliced(from, 1);
    let at = behind < 0 ? rest.length : behind + (from < 0 ? 1 : 0);
    // Notices keep their place in time: what comes now came after them.
    while (rest[at]?.kind === "notice" || rest[at]?.kind === "trouble") {
      at++;
    }
    return rest.toSpliced(at, 0, changed);
  }

  private fresh(key: string): Said {
    return {
      key,
      kind: "place",
      role: Role.ROLE_UNSPECIFIED,
      parts: [],
      completed: false,
      speaking: false,
      interrupted: false,
      assumed: false,
      deleted: false,
      inputId: "",
      responseId: "",
      sequence: this.standing.sequence,
      at: this.standing.time - this.standing.startedAt,
    };
  }
}

function grown(parts: readonly string[], index: number, delta: string): string[] {
  return replaced(parts, index, (parts[index] ?? "") + delta);
}

function replaced(parts: readonly string[], index: number, text: string): string[] {
  const next = [...parts];
  while (next.length <= index) {
    next.push("");
  }
  next[index] = text;
  return next;
}
