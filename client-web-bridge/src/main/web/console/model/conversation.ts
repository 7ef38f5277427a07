import { EndReason, Severity } from "../../gen/sideband/v1/error_pb";
import {
  type ConversationEnded_HangUp,
  type ConversationStarted,
  type RateLimitsUpdated_RateLimit,
  type RealtimeEvent,
  TransportKind,
  type Usage,
} from "../../gen/sideband/v1/event_pb";
import { epochMillisOf } from "../../sideband-web/time";
import { evolveInputs, type InputFate } from "./inputs";
import { evolveMilestones, evolveTurns, type Reached, type Turn } from "./timeline";
import { evolveTranscript, type Said } from "./transcript";
import { evolveWork, type Work } from "./work";

export type Phase = "new" | "starting" | "calling" | "live" | "ending" | "ended";
export type Sideband = "absent" | "joining" | "joined" | "lost";

/** What a part of the state may know of the rest: how things stood before the event. */
export interface Standing {
  /** The call in use; 0 before the first. */
  call: number;
  /** The event is of a call that is to take another's place. */
  isOfNext: boolean;
  startedAt: number;
  /** The event's time, in milliseconds since 1970. */
  time: number;
  sequence: number;
}

export interface UsageStep {
  sequence: number;
  at: number;
  what: string;
  usage: Usage;
}

export interface Trouble {
  sequence: number;
  severity: Severity;
  code: number;
  message: string;
}

/** A conversation as its events up to `sequence` tell it. Never changed in place: parts are shared with others. */
export interface Conversation {
  sequence: number;
  id: string;
  phase: Phase;
  sideband: Sideband;
  call: number;
  startedAt: number;
  lastTime: number;
  endedAt: number;
  endReason: EndReason;
  hangUp: ConversationEnded_HangUp | 0;
  started: ConversationStarted | undefined;
  /** A sideband was lost, or a call renewed: what comes now is no part of the start. */
  startIsOver: boolean;
  transcript: readonly Said[];
  milestones: readonly Reached[];
  turns: readonly Turn[];
  work: readonly Work[];
  inputs: readonly InputFate[];
  usage: Usage | undefined;
  usageSteps: readonly UsageStep[];
  rateLimits: readonly RateLimitsUpdated_RateLimit[];
  troubles: readonly Trouble[];
}

export const NOTHING_YET: Conversation = {
  sequence: 0,
  id: "",
  phase: "new",
  sideband: "absent",
  call: 0,
  startedAt: 0,
  lastTime: 0,
  endedAt: 0,
  endReason: EndReason.END_REASON_UNSPECIFIED,
  hangUp: 0,
  started: undefined,
  startIsOver: false,
  transcript: [],
  milestones: [],
  turns: [],
  work: [],
  inputs: [],
  usage: undefined,
  usageSteps: [],
  rateLimits: [],
  troubles: [],
};

/**
 * The state after the next event. Reads no clock and nothing outside: equal events give an equal state. An unknown
 * payload moves the sequence and leaves the rest unchanged.
 */
export function evolve(before: Conversation, event: RealtimeEvent): Conversation {
  const time = epochMillisOf(event.time);
  const sequence = Number(event.sequence);
  const standing: Standing = {
    call: before.call,
    isOfNext: before.call > 0 && event.call > before.call && event.payload.case !== "callRenewed",
    startedAt: before.startedAt || time,
    time,
    sequence,
  };
  return {
    ...before,
    sequence,
    id: event.conversationId,
    startedAt: standing.startedAt,
    lastTime: time,
    transcript: evolveTranscript(before.transcript, event, standing),
    milestones: evolveMilestones(before.milestones, event, standing, before.startIsOver),
    turns: evolveTurns(before.turns, event, standing),
    work: evolveWork(before.work, event, standing),
    inputs: evolveInputs(before.inputs, event, sequence),
    ...evolveLife(before, event, standing),
    ...evolveFigures(before, event, standing),
  };
}

function evolveLife(
  before: Conversation,
  { payload, call }: RealtimeEvent,
  { isOfNext, time }: Standing,
): Partial<Conversation> {
  switch (payload.case) {
    case "conversationStarted":
      return { phase: "starting", started: payload.value };
    case "callCreated":
      return before.call === 0 ? { call, phase: "calling" } : {};
    case "sidebandJoining":
      return isOfNext || before.sideband === "lost" ? {} : { sideband: "joining" };
    case "sidebandJoined":
      return isOfNext ? {} : { sideband: "joined", ...phaseOnJoin(before) };
    case "sidebandRejoined":
      return isOfNext ? {} : { sideband: "joined" };
    case "sessionConfigured":
      return !isOfNext && isOpen(before) ? { phase: "live" } : {};
    case "sidebandLost":
      return isOfNext ? {} : { sideband: "lost", startIsOver: true };
    case "callRenewed":
      return { call: payload.value.call, sideband: "joined", startIsOver: true };
    case "conversationEnding":
      return { phase: "ending", endReason: payload.value.reason };
    case "conversationEnded":
      return {
        phase: "ended",
        endReason: payload.value.reason,
        hangUp: payload.value.hangUp,
        endedAt: time,
        sideband: "absent",
      };
    default:
      return {};
  }
}

function phaseOnJoin(before: Conversation): Partial<Conversation> {
  const socket = before.started?.transport === TransportKind.WEB_SOCKET;
  return socket && before.phase === "starting" ? { phase: "calling", call: 1 } : {};
}

function isOpen({ phase }: Conversation): boolean {
  return phase === "starting" || phase === "calling";
}

function evolveFigures(
  before: Conversation,
  { payload }: RealtimeEvent,
  { sequence, time, startedAt }: Standing,
): Partial<Conversation> {
  switch (payload.case) {
    case "usageRecorded": {
      const { usage, total, responseId, itemId } = payload.value;
      const what = responseId ? "response" : itemId ? "transcription" : "session";
      const step = usage && { sequence, at: time - startedAt, what, usage };
      return { usage: total, usageSteps: step ? [...before.usageSteps, step] : before.usageSteps };
    }
    case "rateLimitsUpdated":
      return { rateLimits: payload.value.limits };
    case "errorOccurred": {
      const { severity, code, message } = payload.value;
      return { troubles: [...before.troubles, { sequence, severity, code, message }] };
    }
    case "startFailed": {
      const { code, message } = payload.value;
      return { troubles: [...before.troubles, { sequence, severity: Severity.FATAL, code, message }] };
    }
    default:
      return {};
  }
}
