import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { ErrorCode, Severity } from "../../gen/sideband/v1/error_pb";
import { RealtimeEventSchema } from "../../gen/sideband/v1/event_pb";
import { Role } from "../../gen/sideband/v1/session_pb";
import { lineOf } from "./line";
import { Story, timed } from "./story";
import { ago, money, offset, span, words } from "./words";

type Payload = Parameters<Story["tell"]>[0];

const line = (payload: Payload) => lineOf(new Story().tell(payload).events[0]!);

describe("an event in words", () => {
  const payloads = RealtimeEventSchema.oneofs.find(({ name }) => name === "payload")!.fields;

  it.each(payloads.map((field) => field.localName))("should have words for an empty %s", (name) => {
    const event = create(RealtimeEventSchema, { payload: { case: name, value: {} } as never });
    const { what } = lineOf(event);
    expect(what).not.toBe("");
    expect(what).not.toContain("unknown event");
  });

  it("should have words for what a newer server tells", () => {
    expect(line({ case: undefined })).toMatchObject({ tone: "warning", what: "unknown event" });
  });

  it("should say what was said, and by whom", () => {
    const value = { role: Role.USER, text: "Hello." };
    expect(line({ case: "transcriptCompleted", value })).toEqual({ tone: "user", what: "you", detail: "Hello." });
  });

  it("should be as loud as an error is bad", () => {
    const error = { code: ErrorCode.PROVIDER_ERROR, message: "no" };
    const tone = (severity: Severity) => line({ case: "errorOccurred", value: { severity, ...error } }).tone;
    expect([tone(Severity.RECOVERABLE), tone(Severity.TURN), tone(Severity.FATAL)]).toEqual([
      "warning",
      "error",
      "error",
    ]);
  });

  it("should say how long a milestone took", () => {
    expect(line({ case: "sidebandJoined", value: timed(18, 40) }).detail).toBe("took 18 ms");
  });
});

describe("words", () => {
  it("should spell names, spans, ages, moments and money as people do", () => {
    expect([words("SIDEBAND_LOST"), words("callCreated")]).toEqual(["sideband lost", "call created"]);
    expect([0, 0.42, 212.4, 3_400, 125_000, 3_840_000].map(span)).toEqual([
      "0 ms",
      "0.4 ms",
      "212 ms",
      "3.4 s",
      "2 min 05 s",
      "1 h 04 min",
    ]);
    expect([1, 30, 200, 8_000, 300_000].map((seconds) => ago(0, seconds * 1_000))).toEqual([
      "now",
      "30 s",
      "3 min",
      "2 h",
      "3 d",
    ]);
    expect([213, 12_400, 185_000].map(offset)).toEqual(["+0.213", "+12.4", "+3:05"]);
    expect([money(undefined), money(0n), money(12_345n)]).toEqual(["", "", "$0.0123"]);
  });
});
