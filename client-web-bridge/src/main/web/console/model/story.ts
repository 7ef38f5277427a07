import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type RealtimeEvent, RealtimeEventSchema } from "../../gen/sideband/v1/event_pb";
import { Role } from "../../gen/sideband/v1/session_pb";

type Payload = NonNullable<MessageInitShape<typeof RealtimeEventSchema>["payload"]>;

/** Builds the events of a conversation for tests: sequence and time run by themselves. */
export class Story {
  readonly events: RealtimeEvent[] = [];
  private millis = 1_700_000_000_000;
  private call = 0;

  /** Time passes. */
  after(millis: number): this {
    this.millis += millis;
    return this;
  }

  /** What comes next is of this call. */
  ofCall(call: number): this {
    this.call = call;
    return this;
  }

  tell(payload: Payload): this {
    this.events.push(
      create(RealtimeEventSchema, {
        conversationId: "c",
        sequence: BigInt(this.events.length + 1),
        time: { seconds: BigInt(Math.floor(this.millis / 1000)), nanos: (this.millis % 1000) * 1e6 },
        call: this.call,
        payload,
      }),
    );
    return this;
  }

  /** A conversation whose session is confirmed. */
  live(): this {
    this.tell({ case: "conversationStarted", value: { model: "m", voice: "v", transport: 1 } }).ofCall(1);
    this.after(20).tell({ case: "callCreated", value: timed(20, 20) });
    this.tell({ case: "sidebandJoining", value: { attempt: 1, ...timed(0, 20) } });
    this.after(30).tell({ case: "sidebandJoined", value: { attempt: 1, ...timed(30, 50) } });
    return this.after(5).tell({ case: "sessionConfigured", value: timed(5, 55) });
  }

  /** The user says something; its transcript comes when `heard` is told. */
  userSpeaks(itemId: string, previousItemId = ""): this {
    this.tell({ case: "inputSpeechStarted", value: { itemId } });
    this.after(900).tell({ case: "inputSpeechStopped", value: { itemId } });
    return this.tell({ case: "inputCommitted", value: { itemId, previousItemId } });
  }

  heard(itemId: string, text: string): this {
    return this.tell({ case: "transcriptCompleted", value: { itemId, text, role: Role.USER } });
  }

  /** The assistant answers, a word at a time. */
  answers(itemId: string, previousItemId: string, text: string): this {
    const responseId = `r-${itemId}`;
    this.tell({ case: "responseStarted", value: { responseId } });
    const item = { id: itemId, kind: { case: "message" as const, value: { role: Role.ASSISTANT } } };
    this.tell({ case: "itemAdded", value: { item, previousItemId } });
    for (const delta of text.split(/(?<= )/)) {
      this.after(40).tell({ case: "transcriptDelta", value: { itemId, responseId, delta, role: Role.ASSISTANT } });
    }
    this.tell({ case: "transcriptCompleted", value: { itemId, responseId, text, role: Role.ASSISTANT } });
    return this.tell({ case: "responseCompleted", value: { responseId, status: 1 } });
  }

  ended(): this {
    this.tell({ case: "conversationEnding", value: { reason: 1 } });
    return this.after(12).tell({ case: "conversationEnded", value: { reason: 1, hangUp: 2 } });
  }
}

export function timed(elapsed: number, total: number) {
  const duration = (millis: number) => ({ seconds: BigInt(Math.floor(millis / 1000)), nanos: (millis % 1000) * 1e6 });
  return { timing: { elapsed: duration(elapsed), total: duration(total) } };
}
