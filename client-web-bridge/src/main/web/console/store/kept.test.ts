import { describe, expect, it } from "vitest";
import { keep, kept, keptObject } from "./kept";

const blocked = (): Storage => {
  throw new Error("The operation is insecure.");
};
const holding = (text: string) => () => ({ getItem: () => text }) as never;

describe("what a browser keeps", () => {
  it("should be nothing when storage is blocked", () => {
    keep(blocked, "name", "text");
    expect(kept(blocked, "name")).toBe("");
    expect(keptObject(blocked, "name")).toEqual({});
  });

  it("should be nothing when it is no object", () => {
    for (const text of ["", "{", "null", "7"]) {
      expect(keptObject(holding(text), "name")).toEqual({});
    }
  });

  it("should be what was kept", () => {
    expect(keptObject(holding('{"voice": "marin"}'), "name")).toEqual({ voice: "marin" });
  });
});
