import { Leg, type LegListener } from "./leg";
import { Level } from "./level";

/**
 * The voice of a conversation, whichever call carries it: one microphone, one loudspeaker, and the leg in use.
 * Until a new leg is moved to it is silent and unheard.
 */
export class Line {
  private readonly context = new AudioContext();
  private readonly said = new Level(this.context);
  private readonly heard = new Level(this.context);
  private readonly loudspeaker = new Audio();
  private readonly opened = new Set<Leg>();
  private leg: Leg | undefined;
  private speaking = true;
  private closed = false;

  /** Takes the microphone over. */
  constructor(private readonly microphone: MediaStreamTrack) {
    void this.context.resume();
  }

  /** A leg that is not connected yet. */
  open(iceServers: RTCIceServer[], listener: LegListener): Leg {
    const leg = new Leg(this.microphone, iceServers, listener);
    this.opened.add(leg);
    return leg;
  }

  /** This one carries the voice from now on; the one before is closed. */
  moveTo(leg: Leg): void {
    if (this.closed) {
      this.close(leg);
      return;
    }
    const before = this.leg;
    this.leg = leg;
    leg.speak(this.speaking);
    this.said.listen(leg.local);
    // Chromium gives a remote stream's sound to Web Audio only while an element plays it.
    this.loudspeaker.srcObject = leg.remote;
    void this.loudspeaker.play().catch(() => undefined);
    this.heard.listen(leg.remote);
    if (before) {
      this.close(before);
    }
  }

  /** False when it was unplugged, or taken away; not when nobody needs it any more. */
  get hasMicrophone(): boolean {
    return this.closed || this.microphone.readyState !== "ended";
  }

  speak(enabled: boolean): void {
    this.speaking = enabled;
    this.leg?.speak(enabled);
  }

  levels(): { said: number; heard: number } {
    return this.closed ? { said: 0, heard: 0 } : { said: this.said.peak(), heard: this.heard.peak() };
  }

  /** Closes one leg, or all there is. */
  close(leg?: Leg): void {
    if (leg) {
      this.opened.delete(leg);
      leg.close();
      return;
    }
    if (!this.closed) {
      this.closed = true;
      this.opened.forEach((open) => open.close());
      this.microphone.stop();
      this.loudspeaker.srcObject = null;
      void this.context.close();
    }
  }
}
