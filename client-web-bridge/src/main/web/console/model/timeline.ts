import type { RealtimeEvent, Timing } from "../../gen/sideband/v1/event_pb";
import { epochMillisOf, millisOf } from "../../sideband-web/time";
import type { Standing } from "./conversation";
import { words } from "./words";

/** A milestone, in milliseconds since its own zero: the server's, or the client's. */
export interface Reached {
  name: string;
  from: number;
  to: number;
  byClient: boolean;
  approximate: boolean;
  sequence: number;
}

export type TurnKind = "user" | "assistant" | "work" | "away";

/** Who was busy when, in milliseconds since the start. */
export interface Turn {
  key: string;
  kind: TurnKind;
  name: string;
  from: number;
  /** Undefined while it lasts. */
  to: number | undefined;
}

export function evolveMilestones(
  before: readonly Reached[],
  { payload, call }: RealtimeEvent,
  { isOfNext, sequence }: Standing,
  startIsOver: boolean,
): readonly Reached[] {
  const reach = (name: string, timing: Timing | undefined, byClient: boolean) => {
    const to = millisOf(timing?.total);
    const from = Math.max(0, to - millisOf(timing?.elapsed));
    const approximate = timing?.approximate ?? false;
    return [...before, { name, from, to, byClient, approximate, sequence }];
  };
  if (payload.case === "clientMilestoneReached") {
    const { name, timing } = payload.value;
    const told = before.some((reached) => reached.byClient && reached.name === name);
    return call > 1 || told ? before : reach(name, timing, true);
  }
  if (isOfNext || startIsOver) {
    return before;
  }
  switch (payload.case) {
    case "callCreated":
    case "sidebandJoining":
    case "sidebandJoined":
    case "sessionConfigured":
      return reach(words(payload.case).replaceAll(" ", "_"), payload.value.timing, false);
    default:
      return before;
  }
}

export function evolveTurns(before: readonly Turn[], { payload }: RealtimeEvent, standing: Standing): readonly Turn[] {
  const at = standing.time - standing.startedAt;
  const begin = (key: string, kind: TurnKind, name: string) => [
    ...before,
    { key, kind, name, from: at, to: undefined },
  ];
  const end = (key: string, from?: number) => {
    const index = before.findLastIndex((turn) => turn.key === key && turn.to === undefined);
    const turn = before[index];
    return turn ? before.with(index, { ...turn, from: from ?? turn.from, to: at }) : before;
  };
  /** It may have been taken for over: it was not. */
  const endAfterAll = (key: string) => {
    const index = before.findLastIndex((turn) => turn.key === key);
    return index < 0 ? before : before.with(index, { ...before[index]!, to: at });
  };
  switch (payload.case) {
    case "inputSpeechStarted":
      return begin(`speech ${payload.value.itemId}`, "user", "user speaks");
    case "inputSpeechStopped":
      return endAfterAll(`speech ${payload.value.itemId}`);
    case "responseStarted":
      return begin(`response ${payload.value.responseId}`, "assistant", "response");
    case "responseCompleted":
      return endAfterAll(`response ${payload.value.responseId}`);
    case "handoffRequested": {
      const key = `handoff ${payload.value.handoffId}`;
      return before.some((turn) => turn.key === key) ? before : begin(key, "work", "handoff");
    }
    case "handoffCompleted":
    case "handoffSuperseded":
      return end(`handoff ${payload.value.handoffId}`);
    case "toolCallRequested":
      return begin(`tool ${payload.value.toolCallId}`, "work", payload.value.name || "tool");
    case "inputAccepted":
      return payload.value.input?.kind.case === "toolOutput"
        ? end(`tool ${payload.value.input.kind.value.toolCallId}`)
        : before;
    case "sidebandLost":
      return standing.isOfNext ? before : begin("sideband", "away", "sideband lost");
    case "sidebandRejoined": {
      // Who lost it with a restart tells of the loss when it is over.
      const { lostAt } = payload.value;
      const rejoined = end("sideband", lostAt && epochMillisOf(lostAt) - standing.startedAt);
      return closed(rejoined, at, (turn) => turn.kind === "user" || turn.kind === "assistant");
    }
    case "callRenewed":
      return closed(before, at, (turn) => turn.kind !== "work");
    case "conversationEnded":
      return closed(before, at, () => true);
    default:
      return before;
  }
}

/** Their ends will not be told, or may have been missed. */
function closed(turns: readonly Turn[], at: number, which: (turn: Turn) => boolean): readonly Turn[] {
  return turns.map((turn) => (turn.to === undefined && which(turn) ? { ...turn, to: at } : turn));
}

/** A bar of the waterfall, on one common scale. */
export interface Bar {
  name: string;
  from: number;
  to: number;
  byClient: boolean;
  approximate: boolean;
}

/** A bar that waited for a person rather than for machinery would squash all others. */
export const LATE_MS = 5_000;

/**
 * The start as bars in order of time. The client's clock counts from its wish, the server's from Start: that came
 * when the client's offer was ready, so this is where the server's zero is put. Where somebody thought long about the
 * permission, the others count from that.
 */
export function waterfall(milestones: readonly Reached[]): Bar[] {
  const ofClient = (name: string) => milestones.find((reached) => reached.byClient && reached.name === name);
  const offer = ofClient("offer");
  const permission = ofClient("permission");
  const thought = permission && permission.to > LATE_MS ? permission.to : 0;
  return milestones
    .map((reached) => {
      const shift = reached.byClient ? 0 : (offer?.to ?? thought);
      const { name, byClient, approximate } = reached;
      return { name, byClient, approximate, from: reached.from + shift, to: reached.to + shift };
    })
    .sort((a, b) => a.to - b.to)
    .map((bar) =>
      bar.byClient && bar.name === "permission" ? bar : { ...bar, from: bar.from - thought, to: bar.to - thought },
    );
}
