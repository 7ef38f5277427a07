// The API as its .proto files say it, for clients that Sideband did not make.
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import protobuf from "protobufjs";

/** Where the build of the page put all of them, and the tool that reads them. */
const WEB = join(import.meta.dirname, "../../main/web");
const PROTOS = join(WEB, "gen/proto");
const FILES = [
  "sideband/v1/conversation.proto",
  "google/rpc/status.proto",
  "google/rpc/error_details.proto",
];

/** For protobufjs, in a page. */
export function apiAsJson() {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) =>
    protobuf.common.get(target) ? target : join(PROTOS, target);
  return root.loadSync(FILES, { keepCase: false }).toJSON();
}

/** For connect-web, whose messages are protobuf-es's. */
export function apiAsRegistry() {
  const buf = join(WEB, "node_modules/.bin/buf");
  const files = execFileSync(buf, ["build", PROTOS, "-o", "-"]);
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, files));
}
