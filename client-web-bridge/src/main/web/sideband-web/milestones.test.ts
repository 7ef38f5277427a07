import { expect, it } from "vitest";
import { type Milestone, Milestones } from "./milestones";

function reachedAt(...steps: [name: string, at: number][]): Milestone[] {
  const told: Milestone[] = [];
  let now = 1_000;
  const milestones = new Milestones(
    () => now,
    (milestone) => told.push(milestone),
  );
  for (const [name, at] of steps) {
    now = 1_000 + at;
    milestones.reach(name);
  }
  return told;
}

it("should count a stage from the milestone that it waits for", () => {
  expect(reachedAt(["permission", 80], ["offer", 200], ["start_answered", 350], ["ice_connected", 380])).toEqual([
    { name: "permission", elapsed: 80, total: 80 },
    { name: "offer", elapsed: 120, total: 200 },
    { name: "start_answered", elapsed: 150, total: 350 },
    { name: "ice_connected", elapsed: 30, total: 380 },
  ]);
});

it("should count from the one before when a milestone was skipped", () => {
  expect(reachedAt(["start_answered", 300], ["first_audio_sent", 360])[1]).toMatchObject({ elapsed: 60 });
});

it("should tell a milestone once", () => {
  expect(reachedAt(["offer", 10], ["offer", 20])).toHaveLength(1);
});
