// What a page's peer connections carry, by their own statistics.
import { until } from "./stack.mjs";

/** Runs in a page before its scripts: keeps the peer connections that it makes. */
function keepPeers() {
  globalThis.peers = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) {
      super(...given);
      globalThis.peers.push(this);
    }
  };
}

/** Loads a page anew, and keeps the peer connections that it makes from then on, for what stands below. */
export async function watchPeers(page) {
  await page.addInitScript(keepPeers);
  await page.reload();
}

export const peerStates = (page) =>
  page.evaluate(() => peers.map((peer) => peer.connectionState));

/** The configuration of each. */
export const configurations = (page) =>
  page.evaluate(() => peers.map((peer) => peer.getConfiguration()));

/** How much the microphone gave to the last one so far: sound, as energy, and audio of any kind, in seconds. */
function sent(page) {
  return page.evaluate(async () => {
    const reports = [...(await peers.at(-1).getStats()).values()];
    const source = reports.find(({ type }) => type === "media-source");
    return {
      energy: source?.totalAudioEnergy ?? 0,
      seconds: source?.totalSamplesDuration ?? 0,
    };
  });
}

/** Waits until sound is sent. */
export async function sendsSound(page) {
  const before = await sent(page);
  await until(async () => (await sent(page)).energy > before.energy);
}

/** Waits for a quarter of a second of audio that is nothing but silence. */
export async function sendsSilence(page) {
  let last = await sent(page);
  await until(async () => {
    const now = await sent(page);
    if (now.energy > last.energy) {
      last = now;
    }
    return now.seconds > last.seconds + 0.25;
  });
}
