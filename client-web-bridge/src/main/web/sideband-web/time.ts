import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";

/** Milliseconds of a duration; 0 for none. */
export function millisOf(duration: Duration | undefined): number {
  return duration ? Number(duration.seconds) * 1000 + duration.nanos / 1e6 : 0;
}

/** Milliseconds since 1970; 0 for none. */
export function epochMillisOf(time: Timestamp | undefined): number {
  return time ? Number(time.seconds) * 1000 + time.nanos / 1e6 : 0;
}

/** What a Duration field is made of. */
export function durationOf(millis: number): { seconds: bigint; nanos: number } {
  const nanos = Math.max(0, Math.round(millis * 1e6));
  return { seconds: BigInt(Math.floor(nanos / 1e9)), nanos: nanos % 1e9 };
}

/** Resolves after so many milliseconds, or at once when `signal` is aborted or the network is back. */
export function pause(millis: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      globalThis.removeEventListener?.("online", done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    signal?.addEventListener("abort", done);
    globalThis.addEventListener?.("online", done);
    if (signal?.aborted) {
      done();
    }
  });
}
