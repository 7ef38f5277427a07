import type { RealtimeEvent } from "../../gen/sideband/v1/event_pb";
import { HandoffOutput_Phase } from "../../gen/sideband/v1/input_pb";
import type { Standing } from "./conversation";

export type WorkState = "open" | "answered" | "superseded";

/** Something that the model asked for: a handoff to the background agent, or a tool call. */
export interface Work {
  id: string;
  kind: "handoff" | "tool";
  /** The tool's name; empty for a handoff. */
  name: string;
  /** What to do: the user's words, or the arguments as the model wrote them. */
  input: string;
  outputs: readonly { text: string; commentary: boolean; at: number }[];
  state: WorkState;
  recovered: boolean;
  sequence: number;
  /** Since the start, in milliseconds. */
  at: number;
  closedAt: number | undefined;
}

export function evolveWork(before: readonly Work[], { payload }: RealtimeEvent, standing: Standing): readonly Work[] {
  const at = standing.time - standing.startedAt;
  const change = (id: string, to: (work: Work) => Partial<Work>) => {
    const index = before.findLastIndex((work) => work.id === id);
    return index < 0 ? before : before.with(index, { ...before[index]!, ...to(before[index]!) });
  };
  const fresh = { outputs: [], state: "open" as const, sequence: standing.sequence, at, closedAt: undefined };
  switch (payload.case) {
    case "handoffRequested": {
      const { handoffId: id, input, recovered } = payload.value;
      return before.some((work) => work.id === id)
        ? change(id, () => ({ recovered }))
        : [...before, { ...fresh, id, kind: "handoff", name: "", input, recovered }];
    }
    case "toolCallRequested": {
      const { toolCallId: id, name, arguments: input, recovered } = payload.value;
      return [...before, { ...fresh, id, kind: "tool", name, input, recovered }];
    }
    case "handoffOutputAdded": {
      const { handoffId, text, phase } = payload.value;
      const output = { text, commentary: phase === HandoffOutput_Phase.COMMENTARY, at };
      return change(handoffId, (work) => ({ outputs: [...work.outputs, output] }));
    }
    case "handoffCompleted":
      return change(payload.value.handoffId, () => ({ state: "answered", closedAt: at }));
    case "handoffSuperseded":
      return change(payload.value.handoffId, () => ({ state: "superseded", closedAt: at }));
    case "inputAccepted": {
      if (payload.value.input?.kind.case !== "toolOutput") {
        return before;
      }
      const { toolCallId, output: text } = payload.value.input.kind.value;
      const outputs = [{ text, commentary: false, at }];
      return change(toolCallId, () => ({ state: "answered", outputs, closedAt: at }));
    }
    default:
      return before;
  }
}
