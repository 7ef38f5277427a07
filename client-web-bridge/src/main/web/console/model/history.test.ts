import { describe, expect, it } from "vitest";
import { evolve, NOTHING_YET } from "./conversation";
import { History } from "./history";
import { Story } from "./story";

describe("history", () => {
  const story = new Story().live();
  for (let turn = 0; turn < 40; turn++) {
    story
      .userSpeaks(`u${turn}`)
      .answers(`a${turn}`, `u${turn}`, "I heard you well.")
      .heard(`u${turn}`, `Turn ${turn}.`);
  }
  const history = new History();
  history.append(story.events.slice(0, 150));
  history.append(story.events.slice(150));

  it("should give the state after any event as if nothing had come since", () => {
    for (const count of [0, 1, 99, 100, 101, 250, story.events.length - 1, story.events.length]) {
      expect(history.after(count)).toEqual(story.events.slice(0, count).reduce(evolve, NOTHING_YET));
    }
  });

  it("should give the same when there are too many to keep them close together", () => {
    const long = new History(2, 5);
    long.append(story.events);
    for (let count = 0; count <= 120; count++) {
      expect(long.after(count)).toEqual(history.after(count));
    }
    expect(long.after(story.events.length)).toEqual(history.latest);
    expect(long["snapshots"].length).toBeLessThanOrEqual(5);
  });

  it("should never change a state that it gave before", () => {
    const before = history.after(150);
    const copy = structuredClone(before.transcript);
    history.after(400);
    expect(before.transcript).toEqual(copy);
  });
});
