// What somebody does on the console page, and sees there.
import { readFileSync } from "node:fs";
import { until } from "./stack.mjs";

export class Console {
  constructor(page) {
    this.page = page;
  }

  async talk() {
    await this.page.getByRole("button", { name: "Talk", exact: true }).click();
    await this.page.waitForURL(/#\/c\//);
    this.conversationId = this.page.url().split("#/c/")[1];
  }

  /** The fake microphone never pauses, and speech cuts an answer off. */
  async mute() {
    await this.page.getByRole("button", { name: "Mute" }).click();
  }

  async unmute() {
    await this.page.getByRole("button", { name: "Unmute" }).click();
  }

  /** On a silent page: speaks on one note, until told otherwise. */
  async speak(aloud = true) {
    await this.page.evaluate(
      (gain) => {
        globalThis.mouth.gain.value = gain;
      },
      Number(aloud) / 2,
    );
  }

  async say(text) {
    const box = this.page.getByRole("textbox", {
      name: "Type to the assistant",
    });
    await box.fill(text);
    await box.press("Enter");
  }

  async hangUp() {
    await this.page.getByRole("button", { name: "Hang up" }).click();
    await this.saw("ended: requested");
  }

  /** Waits until a text stands in the transcript. */
  async saw(text) {
    await this.transcript.getByText(text).first().waitFor();
  }

  /** What was said, as it stands there from top to bottom. */
  bubbles() {
    return this.transcript.locator(".bubble").evaluateAll((bubbles) =>
      bubbles.map((bubble) => ({
        who: bubble.querySelector(".who").firstChild.textContent,
        text: bubble.querySelector("p").textContent,
      })),
    );
  }

  get transcript() {
    return this.page.getByRole("region", { name: "Transcript" });
  }

  /** On a narrow screen. */
  async pane(name) {
    await this.page
      .getByRole("navigation", { name: "Panes" })
      .getByRole("button", { name })
      .click();
  }

  async tab(name) {
    await this.page.getByRole("tab", { name }).click();
  }

  /** The level of what is heard, 0 to 100, by the page's AnalyserNode. */
  heardLevel() {
    return this.level("assistant");
  }

  /** The same, of what is said. */
  saidLevel() {
    return this.level("you");
  }

  async level(who) {
    const meter = this.page.getByRole("meter", { name: `Level of ${who}` });
    return Number(await meter.getAttribute("aria-valuenow"));
  }

  /** Waits for so many looks at the meter that find sound; a quarter of a second after the last one it shows none. */
  async hears(looks) {
    for (let heard = 0; heard < looks; heard++) {
      await until(async () => (await this.heardLevel()) > 20, 100);
    }
  }

  /** The milestones that the waterfall shows, in its order. */
  milestones() {
    return this.page
      .locator("[data-milestone]")
      .evaluateAll((rows) => rows.map((row) => row.dataset.milestone));
  }

  /** What the usage tab says in large figures. */
  figures() {
    return this.page
      .locator(".figures > div")
      .evaluateAll((figures) =>
        Object.fromEntries(
          figures.map(({ children: [name, value] }) => [
            name.textContent,
            value.textContent,
          ]),
        ),
      );
  }

  slider() {
    return this.page.getByRole("slider", { name: "Event" });
  }

  /** How many events the page has. */
  async length() {
    return Number(await this.slider().getAttribute("max"));
  }

  async standAt(sequence) {
    await this.slider().fill(String(sequence));
  }

  /** The exported events. */
  async events() {
    await this.page.locator("summary[aria-label=Export]").click();
    const download = this.page.waitForEvent("download");
    await this.page.getByRole("button", { name: "Events, JSON lines" }).click();
    const text = readFileSync(await (await download).path(), "utf8");
    await this.page.locator("summary[aria-label=Export]").click();
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }
}

/** Whether events are all there are up to the last one, each once and in order. */
export function isGapless(events) {
  return events.every((event, index) => Number(event.sequence) === index + 1);
}

/** Whether it is what keys are for. */
export const hasFocus = (locator) =>
  locator.evaluate((element) => element === document.activeElement);
