import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { call, callNote, hangUp, isMicrophoneOpen, isMuted, isPushed, isPushToTalk } from "../store/talk";
import { Hand, HangUp, Microphone, MicrophoneOff } from "./icons";

/** What a meter shows as silence and as full, in decibels. */
const SOFTEST_DB = -54;
const METER_EVERY_MS = 100;

/** The call that this page holds: a talk button with a level ring, meters, mute, push-to-talk, hang up. */
export function CallBar() {
  const open = isMicrophoneOpen.value;
  const pushes = isPushToTalk.value;
  const talk = useRef<HTMLButtonElement>(null);
  const switchPushToTalk = () => {
    togglePushToTalk();
    if (isPushToTalk.value) {
      // Space is to talk from here on, not to switch this off again and open the microphone.
      talk.current?.focus();
    }
  };
  return (
    <section class="call-bar" aria-label="Your call">
      <Meter name="heard" label="assistant" />
      <div class="call-buttons">
        <button
          class="round"
          aria-pressed={pushes}
          title="Push to talk"
          aria-label="Push to talk"
          onClick={switchPushToTalk}
        >
          <Hand />
        </button>
        <MicrophoneButton button={talk} />
        <HangUpButton />
      </div>
      <Meter name="said" label="you" />
      <p class="call-note faint" role="status">
        {callNote.value || (pushes ? "hold space, or the button, to talk" : open ? "the microphone is open" : "muted")}
      </p>
    </section>
  );
}

/** What one needs of the call wherever one looks, where there is no room for the bar. */
export function CallStrip() {
  const talk = useRef<HTMLButtonElement>(null);
  return (
    <section class="call-strip" aria-label="Your call">
      <MicrophoneButton button={talk} />
      <HangUpButton />
    </section>
  );
}

/** Mutes, or is held to talk. */
function MicrophoneButton({ button }: { button: RefObject<HTMLButtonElement | null> }) {
  const open = isMicrophoneOpen.value;
  const push = (down: boolean) => () => (isPushed.value = down);
  return isPushToTalk.value ? (
    <TalkButton
      button={button}
      open={open}
      label="Hold to talk (space)"
      onPointerDown={push(true)}
      onPointerUp={push(false)}
    />
  ) : (
    <TalkButton
      button={button}
      open={open}
      label={open ? "Mute" : "Unmute"}
      onClick={() => (isMuted.value = !isMuted.value)}
    />
  );
}

function HangUpButton() {
  return (
    <button class="round bad" title="Hang up" aria-label="Hang up" onClick={() => void hangUp()}>
      <HangUp />
    </button>
  );
}

function togglePushToTalk(): void {
  isPushToTalk.value = !isPushToTalk.value;
  isPushed.value = false;
}

interface TalkButtonProps {
  button: RefObject<HTMLButtonElement | null>;
  open: boolean;
  label: string;
  onClick?: () => void;
  onPointerDown?: () => void;
  onPointerUp?: () => void;
}

function TalkButton({ button, open, label, onPointerUp, ...acts }: TalkButtonProps) {
  useFrames(({ said }) => button.current?.style.setProperty("--level", String(shown(said))));
  return (
    <button
      ref={button}
      class={`talk ${open ? "open" : ""}`}
      aria-label={label}
      title={label}
      {...acts}
      {...(onPointerUp && { onPointerUp, onPointerLeave: onPointerUp, onPointerCancel: onPointerUp })}
    >
      {open ? <Microphone /> : <MicrophoneOff />}
    </button>
  );
}

function Meter({ name, label }: { name: "said" | "heard"; label: string }) {
  const meter = useRef<HTMLDivElement>(null);
  const told = useRef(0);
  const level = useRef(0);
  useFrames((levels, now) => {
    // Rises at once and falls slowly, as a needle does.
    level.current = Math.max(shown(levels[name]), level.current * 0.9);
    meter.current?.style.setProperty("--level", level.current.toFixed(3));
    if (now - told.current > METER_EVERY_MS) {
      told.current = now;
      meter.current?.setAttribute("aria-valuenow", String(Math.round(100 * level.current)));
    }
  });
  return (
    <div class={`meter ${name}`}>
      <span class="faint">{label}</span>
      <div
        ref={meter}
        role="meter"
        aria-label={`Level of ${label}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={0}
      />
    </div>
  );
}

/** A peak of 0 to 1 as a share of the meter, by decibels. */
function shown(peak: number): number {
  return peak <= 0 ? 0 : Math.max(0, Math.min(1, 1 - (20 * Math.log10(peak)) / SOFTEST_DB));
}

function useFrames(draw: (levels: { said: number; heard: number }, now: number) => void): void {
  useEffect(() => {
    let frame = requestAnimationFrame(function next(now) {
      draw(call.value?.levels() ?? { said: 0, heard: 0 }, now);
      frame = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(frame);
  }, []);
}
