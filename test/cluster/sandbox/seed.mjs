/**
 * Images, unpacked once on a machine. A node starts from hard links to them: overlayfs never writes to a lower layer, and containerd never to a
 * blob, so only its small databases have to be copies.
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../child.mjs";
import { until } from "./api.mjs";

/**
 * @param {string} seed
 * @param {readonly string[]} images
 */
export async function ensureSeed(seed, images) {
  if (existsSync(seed)) return;
  const work = mkdtempSync(`${seed}.part-`);
  const state = "/run/seed";
  mkdirSync(state);
  const config = join(state, "config.toml");
  const socket = join(state, "containerd.sock");
  const lines = ["version = 2", `root = "${work}"`, `state = "${state}/state"`, "[grpc]", `address = "${socket}"`];
  lines.push('[plugins."io.containerd.internal.v1.opt"]', `path = "${state}/opt"`, "");
  writeFileSync(config, lines.join("\n"));
  const child = spawn("containerd", ["--config", config], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    await until("containerd's socket", () => Promise.resolve(existsSync(socket) ? true : undefined), 30);
    for (const tar of images) await run(["ctr", "--address", socket, "--namespace", "k8s.io", "images", "import", tar]);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
  try {
    renameSync(work, seed);
    utimesSync(seed, new Date(), new Date());
    removeOldSeeds(seed);
  } catch (error) {
    // Another cluster was quicker, and its seed is as good.
    if (!existsSync(seed)) throw error;
    rmSync(work, { recursive: true, force: true });
  }
}

/** Running nodes keep their links to what is removed here. Ten images that differ by a line would fill a disk. */
const SEEDS_KEPT = 4;

/** @param {string} newest */
function removeOldSeeds(newest) {
  const folder = dirname(newest);
  const seeds = readdirSync(folder).filter((name) => /^seed-[^.]+$/.test(name));
  const byUse = seeds.map((name) => join(folder, name)).toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of byUse.slice(SEEDS_KEPT)) if (old !== newest) rmSync(old, { recursive: true, force: true });
}

/**
 * @param {string} seed
 * @param {string} root a node's containerd folder, empty
 */
export async function plantSeed(seed, root) {
  await run(["cp", "--archive", "--link", `${seed}/.`, root]);
  for (const plugin of readdirSync(seed)) {
    for (const name of readdirSync(join(seed, plugin)).filter((file) => file.endsWith(".db"))) {
      rmSync(join(root, plugin, name));
      cpSync(join(seed, plugin, name), join(root, plugin, name));
    }
  }
}
