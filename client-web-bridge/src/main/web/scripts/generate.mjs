// Makes TypeScript of the repository's .proto files, in gen/. Needs no network.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const gen = join(web, "gen");

// One folder to import from: ours, and the google.rpc messages that ours and gRPC's errors use.
rmSync(gen, { recursive: true, force: true });
mkdirSync(gen);
cpSync(join(web, "../../../../proto/src/main/proto"), join(gen, "proto"), { recursive: true });
cpSync(join(web, "proto"), join(gen, "proto"), { recursive: true });

const template = {
  version: "v2",
  plugins: [{ local: "protoc-gen-es", out: gen, opt: ["target=ts"] }],
};
const only = ["sideband/v1", "google/rpc"].flatMap((folder) => ["--path", join(gen, "proto", folder)]);
execFileSync("buf", ["generate", join(gen, "proto"), "--template", JSON.stringify(template), ...only], {
  cwd: web,
  stdio: "inherit",
  env: { ...process.env, PATH: `${join(web, "node_modules/.bin")}:${process.env.PATH}` },
});
