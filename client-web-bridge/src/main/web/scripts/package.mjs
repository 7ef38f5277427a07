// Packs sideband-web as an npm package, with its types, beside the page: target/classes/console/sideband-web.tgz.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(web, "../../../target");
const served = join(target, "classes/console");
const packed = join(target, "sideband-web");
const { version, license, dependencies } = JSON.parse(readFileSync(join(web, "package.json"), "utf8"));

rmSync(packed, { recursive: true, force: true });
mkdirSync(packed, { recursive: true });
for (const file of ["README.md", "../../../../../LICENSE"]) {
  cpSync(join(web, "sideband-web", file), join(packed, file.split("/").at(-1)));
}
cpSync(join(served, "sideband-web.js"), join(packed, "sideband-web.js"));
run("tsc", ["--project", "tsconfig.types.json", "--outDir", join(packed, "types")]);
const manifest = {
  name: "sideband-web",
  version,
  description: "Voice calls with a Sideband server, from a page.",
  license,
  type: "module",
  exports: { ".": { types: "./types/sideband-web/index.d.ts", default: "./sideband-web.js" } },
  // The script has all it needs in it; its types name theirs.
  dependencies: Object.fromEntries(
    Object.entries(dependencies).filter(([name]) => ["@bufbuild/protobuf", "@connectrpc/connect"].includes(name)),
  ),
};
writeFileSync(join(packed, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
nameExtensions(join(packed, "types"));
run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", target, packed]);
renameSync(join(target, `sideband-web-${version}.tgz`), join(served, "sideband-web.tgz"));

/** Node's resolution, which TypeScript may be told to follow, finds only files that are named whole. */
function nameExtensions(folder) {
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".d.ts"))) {
    const path = join(folder, file);
    const types = readFileSync(path, "utf8");
    writeFileSync(path, types.replaceAll(/(from |import\()"(\.{1,2}\/[^"]+?)(\.js)?"/g, '$1"$2.js"'));
  }
}

function run(command, args) {
  const path = `${join(web, "node_modules/.bin")}:${process.env.PATH}`;
  execFileSync(command, args, {
    cwd: web,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, PATH: path },
  });
}
