import { ErrorCode } from "../../gen/sideband/v1/error_pb";
import type { RealtimeEvent } from "../../gen/sideband/v1/event_pb";
import type { InputKind } from "../../gen/sideband/v1/input_pb";

export type Fate = "accepted" | "sent" | "acknowledged" | "rejected" | "merged" | "discarded" | "in doubt";

/** What became of something that a client put in. */
export interface InputFate {
  id: string;
  kind: InputKind;
  sequence: number;
  fate: Fate;
  /** For people; empty when there is nothing to say. */
  why: string;
}

export function evolveInputs(
  inputs: readonly InputFate[],
  { payload }: RealtimeEvent,
  sequence: number,
): readonly InputFate[] {
  switch (payload.case) {
    case "inputAccepted": {
      const { inputId: id, kind } = payload.value;
      return [...inputs, { id, kind, sequence, fate: "accepted", why: "" }];
    }
    case "inputSent":
      return meet(inputs, payload.value.inputId, "sent");
    case "inputAcknowledged":
      return meet(inputs, payload.value.inputId, "acknowledged");
    case "inputRejected": {
      const { inputId, code, message } = payload.value;
      return meet(inputs, inputId, "rejected", message || (ErrorCode[code] ?? ""));
    }
    case "inputMerged":
      return meet(inputs, payload.value.inputId, "merged");
    case "inputDiscarded":
      return meet(inputs, payload.value.inputId, "discarded");
    case "inputInDoubt": {
      const { inputId, willResend } = payload.value;
      return meet(inputs, inputId, "in doubt", willResend ? "it is sent again" : "it may have arrived");
    }
    default:
      return inputs;
  }
}

function meet(inputs: readonly InputFate[], id: string, fate: Fate, why = ""): readonly InputFate[] {
  const at = inputs.findLastIndex((input) => input.id === id);
  return at < 0 ? inputs : inputs.with(at, { ...inputs[at]!, fate, why });
}

/** Whether nothing more will become of it. */
export function isSettled({ fate, why }: InputFate): boolean {
  return fate !== "accepted" && fate !== "sent" && !(fate === "in doubt" && why === "it is sent again");
}
