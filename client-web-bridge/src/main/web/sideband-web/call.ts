import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { SendResponse } from "../gen/sideband/v1/conversation_pb";
import type { RealtimeEvent } from "../gen/sideband/v1/event_pb";
import type { InputSchema } from "../gen/sideband/v1/input_pb";
import type { LimitsSchema, SessionOptionsSchema } from "../gen/sideband/v1/session_pb";
import { SidebandError } from "./failure";
import type { FeedUpdate } from "./feed";
import type { Leg, MediaMoment } from "./leg";
import { Line } from "./line";
import { Milestones, type Milestone } from "./milestones";
import { Renewer } from "./renewer";
import { type SendOptions, type Sideband, uuid } from "./sideband";
import { durationOf } from "./time";

const NO_MICROPHONE = "the microphone is gone: connect it, hang up, and call again";

export interface CallOptions {
  /** What the model is and how it behaves. */
  session?: MessageInitShape<typeof SessionOptionsSchema>;
  limits?: MessageInitShape<typeof LimitsSchema>;
  metadata?: Record<string, string>;
  /** Constraints for the microphone. Default: the browser's own, which cancel the echo. */
  microphone?: MediaTrackConstraints;
  /** Gives the call up while it is being placed; afterwards it has no effect. */
  signal?: AbortSignal;
  /** The conversation's events, in order, each once, from the first one on. */
  onEvents?: (events: RealtimeEvent[]) => void;
  /** Everything that the event stream says, those events too. */
  onUpdate?: (update: FeedUpdate) => void;
  /** The client's own milestones, as they happen. They are reported to the server as well. */
  onMilestone?: (milestone: Milestone) => void;
  /** A line for people: the microphone is gone, or the call is renewed, or could not be. Empty when there is nothing to say any more. */
  onNote?: (text: string) => void;
  /**
   * The voice is gone: somebody hung up, the conversation is ending, or cannot be followed. Told once, and always before
   * `onEnd`, which may take a while longer; like all of these it may come before {@link Sideband.placeCall} resolves.
   */
  onHangUp?: () => void;
  /** The call is over. With a failure it is not known to have ended at the server. Told once. */
  onEnd?: (failure?: SidebandError) => void;
}

/** A voice conversation that this page holds: its media, its events, and what is put into it. */
export class Call {
  private readonly feed = new AbortController();
  private readonly renewer: Renewer;
  private isHungUp = false;

  /** As {@link Sideband.placeCall}. */
  static async place(sideband: Sideband, options: CallOptions): Promise<Call> {
    const unreported: Milestone[] = [];
    let report = (milestone: Milestone): unknown => unreported.push(milestone);
    const milestones = new Milestones(
      () => performance.now(),
      (milestone) => {
        options.onMilestone?.(milestone);
        report(milestone);
      },
    );
    const iceServers = sideband.iceServers();
    // Whoever waits for it hears of a failure: nobody, if there is no microphone.
    iceServers.catch(() => undefined);
    const track = await microphone(options.microphone);
    let line: Line | undefined;
    let call: Call | undefined;
    try {
      line = new Line(track);
      endIfGivenUp(options);
      milestones.reach("permission");
      track.addEventListener("ended", () => options.onNote?.(NO_MICROPHONE));
      const listener = { reached: (moment: MediaMoment) => milestones.reach(moment), lost: () => call?.renewer.lost() };
      const leg = line.open(await iceServers, listener);
      endIfGivenUp(options);
      const placed = await Call.start(sideband, options, { line, leg, milestones });
      call = placed;
      report = (milestone) => placed.report(milestone);
      unreported.forEach((milestone) => placed.report(milestone));
      return placed;
    } catch (thrown) {
      line?.close();
      track.stop();
      throw thrown;
    }
  }

  private static async start(
    sideband: Sideband,
    options: CallOptions,
    { line, leg, milestones }: { line: Line; leg: Leg; milestones: Milestones },
  ): Promise<Call> {
    const sdpOffer = await leg.offer();
    endIfGivenUp(options);
    milestones.reach("offer");
    const request = {
      requestId: uuid(),
      transport: { kind: { case: "webRtc" as const, value: { sdpOffer } } },
      reportsMedia: true,
      metadata: { client: "sideband-web", ...options.metadata },
      ...(options.session && { session: options.session }),
      ...(options.limits && { limits: options.limits }),
    };
    const abort = options.signal && { signal: options.signal };
    const started = await sideband.ask((limit) => sideband.rpc.start(request, { ...limit, ...abort }));
    milestones.reach("start_answered");
    const call = new Call(sideband, started.conversationId, line, options);
    try {
      await leg.accept(started.sdpAnswer);
      endIfGivenUp(options);
      milestones.reach("answer_applied");
      line.moveTo(leg);
      return call;
    } catch (thrown) {
      // Whoever cannot apply an answer says why; that the call could not be ended as well is no news.
      await call.stop().catch(() => undefined);
      throw thrown;
    }
  }

  private constructor(
    private readonly sideband: Sideband,
    readonly conversationId: string,
    private readonly line: Line,
    private readonly options: CallOptions,
  ) {
    // A call that was renewed is still one without a microphone.
    const note = (text: string) => options.onNote?.(text || (line.hasMicrophone ? "" : NO_MICROPHONE));
    this.renewer = new Renewer(sideband, conversationId, line, note);
    void this.run();
  }

  private async run(): Promise<void> {
    let failure: SidebandError | undefined;
    try {
      for await (const update of this.sideband.follow(this.conversationId, 0, this.feed.signal)) {
        if (update.kind === "back") {
          this.renewer.back();
        }
        if (update.kind === "events") {
          update.events.forEach((event) => this.took(event));
          this.options.onEvents?.(update.events);
        }
        this.options.onUpdate?.(update);
      }
    } catch (thrown) {
      failure = thrown as SidebandError;
    }
    this.hangUp();
    this.options.onEnd?.(failure);
  }

  private took(event: RealtimeEvent): void {
    this.renewer.take(event);
    if (event.payload.case === "conversationEnding") {
      this.hangUp();
    }
  }

  private report(milestone: Milestone): void {
    const { name, elapsed, total } = milestone;
    const value = { name, elapsed: durationOf(elapsed), total: durationOf(total) };
    // Of a timeline that nobody waits for; a conversation that is over takes none.
    this.send({ kind: { case: "clientMilestone", value } }).catch(() => undefined);
  }

  /** Lets the microphone through, or not. */
  speak(enabled: boolean): void {
    this.line.speak(enabled);
  }

  /** How loud what is said and what is heard is, 0 to 1. */
  levels(): { said: number; heard: number } {
    return this.line.levels();
  }

  /** Puts something into the conversation, once, also when the server is away for a while. */
  send(input: MessageInitShape<typeof InputSchema>, options?: SendOptions): Promise<SendResponse> {
    return this.sideband.send(this.conversationId, input, options);
  }

  /** Types something for the assistant to answer. */
  say(text: string, options?: SendOptions): Promise<SendResponse> {
    return this.sideband.say(this.conversationId, text, options);
  }

  /**
   * Hangs up: the voice is gone at once; `onEnd` comes when the server says that the conversation ended. Throws if
   * the server does not take it; the provider then notices by itself that nobody is there.
   */
  async stop(): Promise<void> {
    this.hangUp();
    await this.sideband.stop(this.conversationId);
  }

  /** Follows no more; the conversation goes its own way. */
  leave(): void {
    this.hangUp();
    this.feed.abort();
  }

  private hangUp(): void {
    if (!this.isHungUp) {
      this.isHungUp = true;
      this.renewer.close();
      this.line.close();
      this.options.onHangUp?.();
    }
  }
}

function endIfGivenUp({ signal }: CallOptions): void {
  if (signal?.aborted) {
    throw new SidebandError("the call was given up", "", Code.Canceled, 0);
  }
}

async function microphone(constraints?: MediaTrackConstraints): Promise<MediaStreamTrack> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: constraints ?? true });
    return stream.getAudioTracks()[0]!;
  } catch (thrown) {
    throw new SidebandError(microphoneTrouble(thrown), "", Code.PermissionDenied, 0, thrown);
  }
}

function microphoneTrouble(thrown: unknown): string {
  if (!navigator.mediaDevices) {
    return "a page may use the microphone only over https, or from this machine";
  }
  return thrown instanceof DOMException && thrown.name === "NotFoundError"
    ? "there is no microphone here: connect one, and try again"
    : "the microphone may not be used: allow it for this page, and try again";
}
