import { describe, expect, it } from "vitest";
import { EndReason, ErrorCode, Severity } from "../../gen/sideband/v1/error_pb";
import { Role } from "../../gen/sideband/v1/session_pb";
import { type Conversation, evolve, NOTHING_YET } from "./conversation";
import { Story, timed } from "./story";
import { waterfall } from "./timeline";
import { isShown, textOf } from "./transcript";

function told(story: Story): Conversation {
  return story.events.reduce(evolve, NOTHING_YET);
}

/** The transcript as somebody reads it; notices are left out. */
function said(state: Conversation): string[] {
  return state.transcript
    .filter((line) => isShown(line) && line.kind !== "notice")
    .map((line) => `${line.role === Role.USER ? "you" : "assistant"}: ${textOf(line)}${line.completed ? "" : " …"}`);
}

describe("the life of a conversation", () => {
  it("should be live when the session is confirmed, and ended with its reason", () => {
    const story = new Story().live();
    expect(told(story)).toMatchObject({ phase: "live", sideband: "joined", call: 1, id: "c" });
    expect(told(story.ended())).toMatchObject({ phase: "ended", endReason: EndReason.REQUESTED, sequence: 7 });
  });

  it("should stand where it stood when an event is unknown", () => {
    const story = new Story().live();
    const before = told(story);
    expect(told(story.tell({ case: undefined }))).toEqual({ ...before, sequence: before.sequence + 1 });
  });

  it("should stay live when the sideband is lost and comes back", () => {
    const story = new Story().live().tell({ case: "sidebandLost", value: { cause: 2, willRejoin: true } });
    expect(told(story)).toMatchObject({ phase: "live", sideband: "lost" });
    story.after(300).tell({ case: "sidebandJoining", value: { attempt: 1 } });
    expect(told(story).sideband).toBe("lost");
    story.tell({ case: "sidebandJoined", value: {} }).tell({ case: "sidebandRejoined", value: {} });
    expect(told(story)).toMatchObject({ phase: "live", sideband: "joined" });
    expect(told(story).turns).toMatchObject([{ kind: "away", from: 55, to: 355 }]);
  });

  it("should be without a sideband from its loss, also when that was told later", () => {
    const story = new Story().live();
    const lostAt = { seconds: 1_700_000_000n, nanos: 60e6 };
    story.after(8_000).tell({ case: "sidebandLost", value: { cause: 2, willRejoin: true } });
    story.after(100).tell({ case: "sidebandRejoined", value: { lostAt } });
    expect(told(story).turns).toMatchObject([{ kind: "away", from: 60, to: 8_155 }]);
  });

  it("should leave nothing unfinished when it has ended", () => {
    const story = new Story().live().tell({ case: "responseStarted", value: { responseId: "r" } });
    const delta = { itemId: "a", responseId: "r", delta: "I was about", role: Role.ASSISTANT };
    story.tell({ case: "transcriptDelta", value: delta }).tell({ case: "inputSpeechStarted", value: { itemId: "u" } });
    const state = told(story.ended());
    expect(said(state)).toEqual(["assistant: I was about"]);
    expect(state.transcript.find(({ key }) => key === "1 a")).toMatchObject({ completed: true, interrupted: true });
    expect(state.transcript.filter(isShown).some(({ speaking }) => speaking)).toBe(false);
  });

  it("should count as over what may have ended while the sideband was lost", () => {
    const story = new Story().live().tell({ case: "responseStarted", value: { responseId: "r" } });
    const delta = { itemId: "a", responseId: "r", delta: "I was about", role: Role.ASSISTANT };
    story.tell({ case: "transcriptDelta", value: delta }).tell({ case: "inputSpeechStarted", value: { itemId: "u" } });
    story.tell({ case: "sidebandLost", value: { cause: 2, willRejoin: true } }).after(100);
    story.tell({ case: "sidebandRejoined", value: { unsettledResponseId: "r" } });
    const state = told(story);
    expect(state.turns.filter(({ to }) => to === undefined)).toEqual([]);
    expect(said(state)).toEqual(["assistant: I was about"]);
    expect(state.transcript.filter(isShown).some(({ speaking }) => speaking)).toBe(false);
  });

  it("should go on with what only seemed over when the sideband came back", () => {
    const story = new Story().live().tell({ case: "responseStarted", value: { responseId: "r" } });
    const delta = { itemId: "a", responseId: "r", delta: "I was about", role: Role.ASSISTANT };
    story.tell({ case: "transcriptDelta", value: delta });
    story.tell({ case: "sidebandLost", value: { cause: 2, willRejoin: true } }).after(100);
    story.tell({ case: "sidebandRejoined", value: { unsettledResponseId: "r" } }).after(50);
    story.tell({ case: "transcriptDelta", value: { ...delta, delta: " to say" } });
    expect(said(told(story))).toEqual(["assistant: I was about to say …"]);
    story.tell({ case: "transcriptCompleted", value: { ...delta, text: "I was about to say it." } });
    story.tell({ case: "responseCompleted", value: { responseId: "r", status: 1 } });
    const state = told(story);
    expect(said(state)).toEqual(["assistant: I was about to say it."]);
    expect(state.transcript.some(({ interrupted }) => interrupted)).toBe(false);
    expect(state.turns.find(({ kind }) => kind === "assistant")).toMatchObject({ from: 55, to: 205 });
  });

  it("should finish what was not finished when the call is renewed", () => {
    const story = new Story().live().tell({ case: "inputSpeechStarted", value: { itemId: "u" } });
    story
      .after(100)
      .ofCall(2)
      .tell({ case: "callRenewed", value: { call: 2 } });
    expect(said(told(story))).toEqual([]);
    expect(told(story).turns).toMatchObject([{ kind: "user", to: 155 }]);
  });

  it("should go on in the next call when it is renewed, and not before", () => {
    const story = new Story().live().ofCall(2).tell({ case: "callCreated", value: {} });
    story.tell({ case: "itemAdded", value: { item: { id: "seed", kind: { case: "message", value: { role: 1 } } } } });
    story.tell({ case: "transcriptCompleted", value: { itemId: "seed", text: "said before", role: Role.USER } });
    expect(told(story).call).toBe(1);
    expect(said(told(story))).toEqual([]);
    story
      .tell({ case: "callRenewed", value: { call: 2 } })
      .userSpeaks("a")
      .heard("a", "Still here?");
    expect(told(story).call).toBe(2);
    expect(said(told(story))).toEqual(["you: Still here?"]);
  });
});

describe("the transcript", () => {
  it("should grow a text, and replace it by the whole", () => {
    const story = new Story().live();
    story.tell({ case: "transcriptDelta", value: { itemId: "a", delta: "It is ", role: Role.ASSISTANT } });
    story.tell({ case: "transcriptDelta", value: { itemId: "a", delta: "gren", role: Role.ASSISTANT } });
    expect(said(told(story))).toEqual(["assistant: It is gren …"]);
    story.tell({ case: "transcriptCompleted", value: { itemId: "a", text: "It is green.", role: Role.ASSISTANT } });
    expect(said(told(story))).toEqual(["assistant: It is green."]);
  });

  it("should keep the order of items when the user's words come after the answer to them", () => {
    const story = new Story().live().userSpeaks("u").answers("a", "u", "I heard you.").heard("u", "Hello?");
    expect(said(told(story))).toEqual(["you: Hello?", "assistant: I heard you."]);
  });

  it("should put an item behind the one that it follows when that is told late", () => {
    const story = new Story().live();
    story.tell({ case: "transcriptDelta", value: { itemId: "late", delta: "later", role: Role.ASSISTANT } });
    story.answers("first", "", "first");
    const item = { id: "late", kind: { case: "message" as const, value: { role: Role.ASSISTANT } } };
    story.tell({ case: "itemAdded", value: { item, previousItemId: "first" } });
    expect(said(told(story))).toEqual(["assistant: first", "assistant: later …"]);
  });

  it("should leave notices where they were when items come behind the one before them", () => {
    const story = new Story().live().userSpeaks("u");
    story
      .tell({ case: "callRenewed", value: { call: 1 } })
      .answers("a", "u", "Yes.")
      .heard("u", "Well?");
    const shown = told(story).transcript.filter(isShown).map(textOf);
    expect(shown).toEqual(["connected", "Well?", "the call was renewed", "Yes."]);
  });

  it("should show that the user speaks before there are words", () => {
    const story = new Story().live().tell({ case: "inputSpeechStarted", value: { itemId: "u" } });
    expect(said(told(story))).toEqual(["you:  …"]);
  });

  it("should say that an answer was cut off when its response was cancelled", () => {
    const story = new Story().live().tell({ case: "responseStarted", value: { responseId: "r" } });
    const delta = { itemId: "a", responseId: "r", delta: "Well, ", role: Role.ASSISTANT };
    story.tell({ case: "transcriptDelta", value: delta });
    story.tell({ case: "responseCompleted", value: { responseId: "r", status: 2 } });
    expect(told(story).transcript.at(-1)).toMatchObject({ completed: true, interrupted: true });
  });

  it("should have what a client wrote, with its fate", () => {
    const input = { kind: { case: "text" as const, value: { text: "Typed." } } };
    const story = new Story().live().tell({ case: "inputAccepted", value: { inputId: "i", kind: 1, input } });
    expect(said(told(story))).toEqual(["you: Typed."]);
    story.tell({ case: "inputRejected", value: { inputId: "i", code: ErrorCode.ITEM_DUPLICATE, message: "twice" } });
    expect(told(story).inputs).toMatchObject([{ id: "i", fate: "rejected", why: "twice" }]);
  });

  it("should never show a marker of the server's own", () => {
    const item = { id: "probe-1-2", kind: { case: "message" as const, value: { role: Role.SYSTEM } } };
    const story = new Story().live().tell({ case: "itemAdded", value: { item } });
    expect(said(told(story))).toEqual([]);
  });
});

describe("the timeline", () => {
  it("should put the server's zero where the client's offer was ready", () => {
    const story = new Story().live();
    story.tell({ case: "clientMilestoneReached", value: { name: "permission", ...timed(100, 100) } });
    story.tell({ case: "clientMilestoneReached", value: { name: "offer", ...timed(40, 140) } });
    story.tell({ case: "clientMilestoneReached", value: { name: "ice_connected", ...timed(30, 200) } });
    expect(waterfall(told(story).milestones).map(({ name, from, to }) => [name, from, to])).toEqual([
      ["permission", 0, 100],
      ["offer", 100, 140],
      ["call_created", 140, 160],
      ["sideband_joining", 160, 160],
      ["sideband_joined", 160, 190],
      ["session_configured", 190, 195],
      ["ice_connected", 170, 200],
    ]);
  });

  it("should count from the permission when somebody thought long about it", () => {
    const story = new Story().live();
    story.tell({ case: "clientMilestoneReached", value: { name: "permission", ...timed(9_000, 9_000) } });
    story.tell({ case: "clientMilestoneReached", value: { name: "offer", ...timed(40, 9_040) } });
    expect(waterfall(told(story).milestones).map(({ name, from, to }) => [name, from, to])).toEqual([
      ["permission", 0, 9_000],
      ["offer", 0, 40],
      ["call_created", 40, 60],
      ["sideband_joining", 60, 60],
      ["sideband_joined", 60, 90],
      ["session_configured", 90, 95],
    ]);
  });

  it("should place the server's milestones behind the permission while no offer is known", () => {
    const story = new Story().live();
    story.tell({ case: "clientMilestoneReached", value: { name: "permission", ...timed(9_000, 9_000) } });
    const bars = waterfall(told(story).milestones);
    expect(bars.map(({ name, to }) => [name, to]).slice(0, 2)).toEqual([
      ["permission", 9_000],
      ["call_created", 20],
    ]);
  });

  it("should have only the start's milestones", () => {
    const story = new Story().live().tell({ case: "sidebandLost", value: {} });
    story.tell({ case: "sidebandJoined", value: timed(1, 900) });
    expect(told(story).milestones).toHaveLength(4);
  });

  it("should tell who was busy when", () => {
    const story = new Story().live().userSpeaks("u").answers("a", "u", "Yes indeed.").ended();
    expect(told(story).turns).toMatchObject([
      { kind: "user", from: 55, to: 955 },
      { kind: "assistant", from: 955, to: 1035 },
    ]);
  });
});

describe("work, usage and trouble", () => {
  it("should follow a handoff from its request to its answer", () => {
    const story = new Story().live();
    story.tell({ case: "handoffRequested", value: { handoffId: "h", itemId: "i", input: "look it up" } });
    expect(told(story).work).toMatchObject([{ kind: "handoff", state: "open", input: "look it up" }]);
    story.tell({ case: "handoffOutputAdded", value: { handoffId: "h", text: "looking", phase: 1 } });
    story.tell({ case: "handoffOutputAdded", value: { handoffId: "h", text: "all green", phase: 2 } });
    story.tell({ case: "handoffCompleted", value: { handoffId: "h" } });
    const [work] = told(story).work;
    expect(work).toMatchObject({ state: "answered" });
    expect(work?.outputs.map(({ text, commentary }) => [text, commentary])).toEqual([
      ["looking", true],
      ["all green", false],
    ]);
  });

  it("should take a tool's output as its answer", () => {
    const story = new Story().live();
    story.tell({
      case: "toolCallRequested",
      value: { toolCallId: "t", itemId: "i", name: "weather", arguments: "{}" },
    });
    const input = { kind: { case: "toolOutput" as const, value: { toolCallId: "t", output: "rain" } } };
    story.tell({ case: "inputAccepted", value: { inputId: "x", input } });
    expect(told(story).work).toMatchObject([{ name: "weather", state: "answered", outputs: [{ text: "rain" }] }]);
  });

  it("should keep each step of usage, and the total", () => {
    const story = new Story().live();
    const usage = { inputTokens: 10n };
    story.tell({ case: "usageRecorded", value: { responseId: "r", usage, total: { inputTokens: 30n } } });
    expect(told(story).usageSteps).toMatchObject([{ what: "response", usage: { inputTokens: 10n } }]);
    expect(told(story).usage?.inputTokens).toBe(30n);
  });

  it("should say what went wrong", () => {
    const value = { severity: Severity.FATAL, code: ErrorCode.CALL_GONE, message: "gone" };
    const story = new Story().live().tell({ case: "errorOccurred", value });
    expect(told(story).troubles).toMatchObject([{ message: "gone", severity: Severity.FATAL }]);
    expect(said(told(story))).toEqual(["assistant: gone"]);
  });
});
