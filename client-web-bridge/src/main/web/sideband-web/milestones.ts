/** Which milestone a stage began with; stages of others began with the caller's wish. */
const WAITS_FOR: Readonly<Record<string, string>> = {
  offer: "permission",
  start_answered: "offer",
  answer_applied: "start_answered",
  ice_connected: "start_answered",
  dtls_connected: "ice_connected",
  first_audio_sent: "dtls_connected",
  first_audio_heard: "first_audio_sent",
};

/** Something that the client itself saw or did, in milliseconds. */
export interface Milestone {
  name: string;
  /** Since its stage began. */
  elapsed: number;
  /** Since the caller asked for the conversation. */
  total: number;
}

/** The client's own half of the startup timeline; each milestone is reached once. */
export class Milestones {
  private readonly reached = new Map<string, Milestone>();
  private readonly zero: number;

  constructor(
    private readonly now: () => number,
    private readonly told: (milestone: Milestone) => void,
  ) {
    this.zero = now();
  }

  reach(name: string): void {
    if (this.reached.has(name)) {
      return;
    }
    const total = this.now() - this.zero;
    const began = this.began(name);
    const milestone = { name, elapsed: total - began, total };
    this.reached.set(name, milestone);
    this.told(milestone);
  }

  /** When what it waits for was reached, or what that waits for, if it was skipped. */
  private began(name: string): number {
    const before = WAITS_FOR[name];
    return before ? (this.reached.get(before)?.total ?? this.began(before)) : 0;
  }
}
