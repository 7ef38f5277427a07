import { Code, ConnectError } from "@connectrpc/connect";
import { beforeEach, describe, expect, it, vi } from "vitest";

const refused = new ConnectError("no", Code.Unauthenticated);

describe("the question for the server's token", () => {
  let store: typeof import("./server");
  const storage = { getItem: () => null, setItem: () => undefined };

  beforeEach(async () => {
    vi.stubGlobal("location", { origin: "http://127.0.0.1:1" });
    vi.stubGlobal("sessionStorage", storage);
    vi.resetModules();
    store = await import("./server");
  });

  /** Asks something that is refused so many times, and answers the first question. */
  async function ask(times: number, answer: (question: import("./server").TokenQuestion) => void): Promise<string> {
    const asking = store.sideband.ask(async () => {
      if (times-- > 0) {
        throw refused;
      }
      return "an answer";
    });
    asking.catch(() => undefined);
    await vi.waitUntil(() => store.asksToken.value);
    answer(store.asksToken.value!);
    return asking;
  }

  it("should be asked again, and say that the token was refused, until one is right", async () => {
    const saw: boolean[] = [];
    const answer = ask(3, (question) => {
      saw.push(question.wasRefused);
      question.give("wrong");
    });
    for (const token of ["wrong, too", "right"]) {
      await vi.waitUntil(() => store.asksToken.value);
      saw.push(store.asksToken.value!.wasRefused);
      store.asksToken.value!.give(token);
    }
    expect(await answer).toBe("an answer");
    expect(saw).toEqual([false, true, true]);
    expect(store.asksToken.value).toBeUndefined();
  });

  it("should be asked no more when somebody declines", async () => {
    const declined = ask(9, (question) => question.decline());
    await expect(declined).rejects.toThrow("reload the page to type one");
    const again = store.sideband.ask(() => Promise.reject(refused));
    await expect(again).rejects.toThrow("reload the page to type one");
    expect(store.asksToken.value).toBeUndefined();
  });

  it("should not be asked again for what was on its way when the token was given", async () => {
    let refuse = (_: unknown): void => undefined;
    const runs = [new Promise<string>((_, reject) => (refuse = reject)), Promise.resolve("late")];
    const late = store.sideband.ask(() => runs.shift()!);
    await ask(1, (question) => question.give("right"));
    refuse(refused);
    expect(await late).toBe("late");
    expect(store.asksToken.value).toBeUndefined();
  });

  it("should count only its first answer", async () => {
    const first = await ask(1, (question) => {
      question.give("right");
      question.decline();
    });
    expect(first).toBe("an answer");
  });
});
