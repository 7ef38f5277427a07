import { pause } from "./time";

/** The Realtime API expects this data channel in an offer. */
const EVENTS_CHANNEL = "oai-events";

/** An offer leaves with the candidates there are by then. */
const GATHER_WITHIN_MS = 2_000;
const CONNECT_WITHIN_MS = 15_000;
const STATS_EVERY_MS = 50;

/** Who hears nothing for so long waits for somebody to speak; that is no part of a start any more. */
const STARTED_WITHIN_MS = 10_000;
const LATE_STATS_EVERY_MS = 1_000;

/** Level squared times seconds, of 20 ms at -37 dBFS: what is softer is silence or comfort noise. */
const AUDIBLE_ENERGY = 4e-6;

/** What happens to a leg's media, as milestones are named. */
export type MediaMoment = "ice_connected" | "dtls_connected" | "first_audio_sent" | "first_audio_heard";

export interface LegListener {
  reached(moment: MediaMoment): void;
  /** There is no media path any more, or there never was. Told once. */
  lost(): void;
}

/** One call of a conversation: a peer connection, and the voice that it carries both ways. */
export class Leg {
  /** What is heard; its track comes with the answer. */
  readonly remote = new MediaStream();
  /** What is said. */
  readonly local: MediaStream;
  private readonly peer: RTCPeerConnection;
  private readonly voice: MediaStreamTrack;
  private readonly told = new Set<string>();
  private closed = false;

  /** Opens one that is silent until {@link speak}. `microphone` stays the caller's. */
  constructor(
    microphone: MediaStreamTrack,
    iceServers: RTCIceServer[],
    private readonly listener: LegListener,
  ) {
    this.voice = microphone.clone();
    this.voice.enabled = false;
    this.local = new MediaStream([this.voice]);
    this.peer = new RTCPeerConnection({ iceServers });
    this.peer.addTrack(this.voice, this.local);
    this.peer.createDataChannel(EVENTS_CHANNEL);
    this.peer.ontrack = ({ track }) => this.remote.addTrack(track);
    this.peer.oniceconnectionstatechange = () => this.connectionChanged();
    this.peer.onconnectionstatechange = () => this.connectionChanged();
  }

  /** The offer, with its candidates in it. */
  async offer(): Promise<string> {
    await this.peer.setLocalDescription();
    await Promise.race([this.gathered(), pause(GATHER_WITHIN_MS)]);
    return this.peer.localDescription?.sdp ?? "";
  }

  private gathered(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.peer.iceGatheringState === "complete") {
          resolve();
        }
      };
      this.peer.onicegatheringstatechange = look;
      look();
    });
  }

  /** Applies the answer; connecting goes on by itself. */
  async accept(answer: string): Promise<void> {
    await this.peer.setRemoteDescription({ type: "answer", sdp: answer });
    void this.watchAudio();
  }

  /** Whether media can flow, once that is known. */
  async connected(): Promise<boolean> {
    const end = performance.now() + CONNECT_WITHIN_MS;
    const isOpen = () => !this.told.has("dtls_connected") && !this.told.has("lost") && !this.closed;
    while (isOpen() && performance.now() < end) {
      await pause(STATS_EVERY_MS);
    }
    return this.told.has("dtls_connected") && !this.told.has("lost");
  }

  /** Lets the microphone through, or not. */
  speak(enabled: boolean): void {
    this.voice.enabled = enabled;
  }

  close(): void {
    this.closed = true;
    this.voice.stop();
    this.peer.close();
  }

  private connectionChanged(): void {
    const { iceConnectionState: ice, connectionState: all } = this.peer;
    if (ice === "connected" || ice === "completed") {
      this.reached("ice_connected");
    }
    if (all === "connected") {
      this.reached("dtls_connected");
    }
    if (all === "failed") {
      this.tell("lost", () => this.listener.lost());
    }
  }

  /** The browser may tell the whole before its part. */
  private reached(moment: MediaMoment): void {
    const parts: readonly MediaMoment[] = ["ice_connected", "dtls_connected", "first_audio_sent"];
    const before = moment === "first_audio_heard" ? 2 : parts.indexOf(moment);
    for (const part of [...parts.slice(0, before), moment]) {
      this.tell(part, () => this.listener.reached(part));
    }
  }

  private tell(what: string, how: () => void): void {
    if (!this.closed && !this.told.has(what)) {
      this.told.add(what);
      how();
    }
  }

  /** Statistics alone say when the first packet left, and when the first sound came. */
  private async watchAudio(): Promise<void> {
    const began = performance.now();
    while (!this.closed && !(this.told.has("first_audio_sent") && this.told.has("first_audio_heard"))) {
      const reports = [...(await this.peer.getStats()).values()];
      if (reports.some(({ type, packetsSent }) => type === "outbound-rtp" && packetsSent > 0)) {
        this.reached("first_audio_sent");
      }
      if (reports.some(({ type, totalAudioEnergy }) => type === "inbound-rtp" && totalAudioEnergy > AUDIBLE_ENERGY)) {
        this.reached("first_audio_heard");
      }
      await pause(performance.now() - began < STARTED_WITHIN_MS ? STATS_EVERY_MS : LATE_STATS_EVERY_MS);
    }
  }
}
