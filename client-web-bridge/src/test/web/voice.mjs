// Whether a voice that a page hears is whole.
import { until } from "./stack.mjs";

/** Runs in a page: looks at what the last peer connection receives, again and again. */
function keepLooking() {
  const peer = globalThis.peers.at(-1);
  globalThis.looks = [];
  const look = async () => {
    for (const report of (await peer.getStats()).values()) {
      if (report.type === "inbound-rtp") {
        const { ssrc, packetsReceived: packets, packetsLost: lost } = report;
        const { totalSamplesReceived: played, concealedSamples: madeUp } =
          report;
        globalThis.looks.push({ ssrc, packets, lost, played, madeUp });
      }
    }
    setTimeout(look, 100);
  };
  void look();
}

/**
 * What a page's call receives from now on, counted in packets and in samples of audio, not by a clock: a machine that
 * stands still plays nothing, and misses nothing.
 */
export class HeardVoice {
  static async listen(page) {
    await page.evaluate(keepLooking);
    return new HeardVoice(page);
  }

  constructor(page) {
    this.page = page;
  }

  looks() {
    return this.page.evaluate("looks");
  }

  /** Waits until so many more packets came. */
  async receives(packets) {
    const before = (await this.report()).packets;
    await until(async () => (await this.report()).packets >= before + packets);
  }

  /**
   * How it was so far; times are seconds of audio. A player makes up what does not come in time; the longest break is
   * what it made up between two looks that found new packets.
   */
  async report() {
    const looks = await this.looks();
    const [first, last] = [looks[0], looks.at(-1)];
    const seconds = (name, from, to) => (to[name] - from[name]) / 48_000;
    let [since, longest] = [first, 0];
    for (const look of looks) {
      longest = Math.max(longest, seconds("madeUp", since, look));
      since = look.packets > since.packets ? look : since;
    }
    return {
      streams: new Set(looks.map(({ ssrc }) => ssrc)).size,
      packets: last.packets - first.packets,
      lost: last.lost - first.lost,
      played: seconds("played", first, last),
      madeUp: seconds("madeUp", first, last),
      longestBreak: longest,
    };
  }
}
