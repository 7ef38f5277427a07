import { toJson } from "@bufbuild/protobuf";
import { RealtimeEventSchema } from "../../gen/sideband/v1/event_pb";
import { Role } from "../../gen/sideband/v1/session_pb";
import { isShown, textOf } from "../model/transcript";
import { offset } from "../model/words";
import type { Opened } from "./opened";

/** Every event so far, one a line, in proto3 JSON: what `sideband watch --json` prints. */
export function exportEvents(opened: Opened): void {
  const lines = opened.history.events.map((event) => JSON.stringify(toJson(RealtimeEventSchema, event)));
  save(`${opened.id}.jsonl`, lines, "application/x-ndjson");
}

/** What was said so far, for people. */
export function exportTranscript(opened: Opened): void {
  const lines = opened.history.latest.transcript.filter(isShown).map((said) => {
    const who = said.kind === "message" ? (Role[said.role] ?? "").toLowerCase() : said.kind;
    return `${offset(said.at).padStart(9)}  ${who.padEnd(10)} ${textOf(said)}`;
  });
  save(`${opened.id}.txt`, lines, "text/plain");
}

function save(name: string, lines: string[], type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
