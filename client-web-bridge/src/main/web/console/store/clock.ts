import { signal } from "@preact/signals";

/** Wall time in milliseconds, for ages; it moves once a second. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 1_000);
