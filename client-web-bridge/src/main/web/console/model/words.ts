/** An enum constant or a field name as words. */
export function words(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll("_", " ");
}

/** A span of time, as people say it: "0.4 ms", "212 ms", "3.4 s", "2 min 05 s", "1 h 04 min". */
export function span(millis: number): string {
  const ms = Math.max(0, millis);
  if (ms < 0.05) {
    return "0 ms";
  }
  if (ms < 9.95) {
    return `${ms.toFixed(1)} ms`;
  }
  if (ms < 999.5) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < 59_950) {
    return `${(ms / 1000).toFixed(1)} s`;
  }
  const seconds = Math.round(ms / 1000);
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`
    : `${Math.floor(seconds / 3600)} h ${twoDigits(Math.floor((seconds % 3600) / 60))} min`;
}

/** How long ago: "now", "3 min", "2 h", "5 d". */
export function ago(since: number, now: number): string {
  const seconds = Math.max(0, (now - since) / 1000);
  if (seconds < 60) {
    return seconds < 5 ? "now" : `${Math.floor(seconds)} s`;
  }
  const minutes = seconds / 60;
  if (minutes < 60) {
    return `${Math.floor(minutes)} min`;
  }
  return minutes < 60 * 48 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

/** A moment of a conversation: "+0.213", "+12.4", "+3:05". */
export function offset(millis: number): string {
  const seconds = Math.max(0, millis) / 1000;
  return seconds < 60
    ? `+${seconds.toFixed(seconds < 10 ? 3 : 1)}`
    : `+${Math.floor(seconds / 60)}:${twoDigits(Math.floor(seconds % 60))}`;
}

/** Millionths of a dollar as dollars; empty when the price is not known. */
export function money(microUsd: bigint | undefined): string {
  return microUsd ? `$${(Number(microUsd) / 1e6).toFixed(4)}` : "";
}

/** What there is of it, with commas. */
export function list(...parts: (string | false | undefined)[]): string {
  return parts.filter((part) => part).join(", ");
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
