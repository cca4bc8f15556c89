/**
 * The agent's image for tests and benches: made by `podwire cluster image` once for each state of what it holds, and kept.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { locate } from "../../scripts/setup/programs.mjs";
import { cacheFolder } from "./cache.mjs";
import { run } from "./child.mjs";
import { withBuildLock } from "./lock.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const IMAGE = "dist/venues/cluster/image";
const BASE = `${IMAGE}/root-file-system.js`;
/** Everything that decides what the image holds. */
const SOURCES = [
  "package.json",
  "dist/venues/agent",
  "dist/machine/line-splitter.js",
  "dist/units/quantity.js",
  IMAGE,
  "dist/venues/cluster/objects/image-reference.js",
];

/** Why the image cannot be made here; undefined if it can. */
export function agentImageUnavailable() {
  if (existsSync(imagePath())) return undefined;
  return locate("mmdebstrap") === undefined ? "not on this machine: mmdebstrap, which makes the agent's image" : undefined;
}

/**
 * The archive, made when it is not there: a few seconds, or two minutes and a Debian mirror for the packages.
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>} absolute path of a tar that `ctr image import` takes
 */
export async function ensureAgentImage(say = () => undefined) {
  const target = imagePath();
  if (existsSync(target)) return target;
  mkdirSync(folder(), { recursive: true });
  await withBuildLock(join(folder(), "agent.lock"), say, async () => {
    if (existsSync(target)) return;
    const base = await ensureBase(say);
    const part = `${target}.part`;
    await run([process.execPath, join(ROOT, "bin/podwire"), "cluster", "image", "--base", base, "--out", part]);
    renameSync(part, target);
  });
  return target;
}

/** @param {(line: string) => void} say */
async function ensureBase(say) {
  const target = join(folder(), `agent-base-${digestOf([BASE])}.tar`);
  if (existsSync(target)) return target;
  say("unpacking the packages of the agent's image (two minutes)");
  const part = `${target}.part`;
  rmSync(part, { force: true });
  const { ARCHITECTURES, rootFileSystemCommand } = await rootFileSystem();
  const machine = (await run(["uname", "-m"])).trim();
  const architecture = Object.entries(ARCHITECTURES).find(([, kernel]) => kernel === machine)?.[0];
  if (architecture !== "amd64" && architecture !== "arm64") throw new Error(`no image for ${machine}`);
  await run(rootFileSystemCommand({ architecture, to: part, root: process.getuid?.() === 0 }), {
    env: { ...process.env, SOURCE_DATE_EPOCH: "1700000000" },
  });
  renameSync(part, target);
  return target;
}

/** @returns {Promise<typeof import("../../src/venues/cluster/image/root-file-system.js")>} */
async function rootFileSystem() {
  /** @type {unknown} */
  const built = await import(`${ROOT}${BASE}`);
  return /** @type {typeof import("../../src/venues/cluster/image/root-file-system.js")} */ (built);
}

const folder = () => join(cacheFolder(), "images");
const imagePath = () => join(folder(), `agent-${digestOf(SOURCES)}.tar`);

/** @param {readonly string[]} paths of files and folders under the repository */
function digestOf(paths) {
  const hash = createHash("sha256");
  for (const file of paths.flatMap(filesIn).sort()) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex").slice(0, 12);
}

/** @param {string} path @returns {string[]} */
function filesIn(path) {
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(join(ROOT, path)).flatMap((name) => (/\.test\.|\.d\.ts$/.test(name) ? [] : filesIn(`${path}/${name}`)));
}
