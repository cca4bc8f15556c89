#!/usr/bin/env node
// A release step: the archive that krew installs, and the manifest that names it.
//
//   node scripts/krew.mjs --uri https://HOST/PATH/podwire-v0.1.0.tar.gz [--to podwire-runs/krew]
//
// Writes podwire-vVERSION.tar.gz (bin, dist and the runtime packages of this checkout: `npm run build` first) and podwire.yaml, in which the archive's
// SHA-256 stands. Upload that very archive to URI, then propose podwire.yaml to krew-index. Another build of the archive has another sum.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parsed } from "./bench/record.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const { values } = parseArgs({ options: { uri: { type: "string" }, to: { type: "string", default: join(ROOT, "podwire-runs/krew") } } });

/** Paths of the runtime packages in the checkout, by npm's own reckoning. */
function runtimePackages() {
  const list = execFileSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], { cwd: ROOT, encoding: "utf8" });
  const inRoot = list.split("\n").filter((line) => line.startsWith(join(ROOT, "node_modules/")));
  // Those within another come along with it.
  return inRoot.map((line) => line.slice(ROOT.length)).filter((path) => !path.includes("/node_modules/"));
}

/** @param {string} file */
function archive(file) {
  const parts = ["LICENSE", "README.md", "package.json", "bin", "dist", ...runtimePackages()];
  const reproducible = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"];
  execFileSync("tar", [...reproducible, "-czf", file, "-C", ROOT, ...parts]);
}

/** @param {Readonly<Record<string, string>>} words */
const manifest = (words) =>
  readFileSync(join(ROOT, "deploy/krew/podwire.yaml"), "utf8").replaceAll(
    /\{\{([A-Z0-9]+)\}\}/g,
    (whole, /** @type {string} */ name) => words[name] ?? whole,
  );

function main() {
  if (values.uri === undefined) throw new Error("--uri: where the archive will be downloaded from");
  if (!existsSync(join(ROOT, "dist/main.js"))) throw new Error("there is no dist/main.js: run `npm run build` first");
  const { version } = /** @type {{ version: string }} */ (parsed(readFileSync(join(ROOT, "package.json"), "utf8")));
  mkdirSync(values.to, { recursive: true });
  const file = join(values.to, `podwire-v${version}.tar.gz`);
  archive(file);
  const sum = createHash("sha256").update(readFileSync(file)).digest("hex");
  writeFileSync(join(values.to, "podwire.yaml"), manifest({ VERSION: version, URI: values.uri, SHA256: sum }));
  process.stderr.write(`${file}\n${join(values.to, "podwire.yaml")}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`krew: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
