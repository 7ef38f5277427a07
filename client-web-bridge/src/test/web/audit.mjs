// Looks for what shuts people out: axe-core's rules, on views as they stand, light and dark.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

const DESK = { width: 1360, height: 860 };
export const PHONE = { width: 360, height: 720 };

export class Audit {
  constructor(page) {
    this.page = page;
    this.troubles = new Map();
  }

  /** Looks at what the page shows now; `view` is its name for people. */
  async look(view, size = DESK) {
    const { page } = this;
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"]) {
      // What moves from one colour to the other on its way is neither.
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      if (!(await page.evaluate("'axe' in globalThis"))) {
        await page.evaluate(AXE);
      }
      const { violations, passes } = await page.evaluate("axe.run()");
      assert.ok(passes.length > 10, "it looked");
      violations.forEach((broken) =>
        this.note(broken, `${view}, ${size.width} pixels, ${colorScheme}`),
      );
    }
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
    await page.setViewportSize(DESK);
  }

  note({ id, nodes }, where) {
    for (const { target, failureSummary } of nodes) {
      const what = failureSummary.replaceAll(/\s+/g, " ");
      this.troubles.set(`${id}: ${target.join(" ")}: ${what}`, where);
    }
  }

  /** Fails with every rule that was broken, and one view where it was. */
  assertClean() {
    assert.deepEqual(Object.fromEntries(this.troubles), {});
  }
}

/** What a view is to a screen reader; what differs each time is ID, or N. */
export async function readAloud(locator) {
  return (await locator.ariaSnapshot())
    .replaceAll(/\b[\da-f]{8}-[\da-f]{4}\b/g, "ID")
    .replaceAll(/[\d.]+/g, "N");
}
