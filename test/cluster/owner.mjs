/**
 * The owner of one cluster: starts its sandbox, relays 127.0.0.1:PORT to its API server, and removes what is left when it ends. It is a program
 * (`up.mjs`) and never shares a process with a test, so that a test may block its own.
 */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CACHE_VARIABLE, cacheFolder, clustersFolder } from "./cache.mjs";
import { ensureComponents } from "./components.mjs";
import { DESCRIPTION_FILE, enterPlace, temporaryFolder } from "./description.mjs";
import { ensureBusyboxImage } from "./images.mjs";
import { ensureProduct } from "./products/product.mjs";
import { cgroupOf, makeCgroups, markOf, removeCluster, removeResidue, thisProcess } from "./registry.mjs";
import { listen, relayTo } from "./relay.mjs";
import { kubeconfig } from "./sandbox/certificates.mjs";
import { nameOf, nodePlaces } from "./variants.mjs";

/** @typedef {import("./variants.mjs").Variant} Variant */
/** @typedef {import("./description.mjs").Description} Description */
/** @typedef {{ readonly description: Description, readonly ended: Promise<void>, readonly stop: () => Promise<void> }} OwnedCluster */

const SANDBOX = fileURLToPath(new URL("./sandbox/main.mjs", import.meta.url));
/** sun_path of unix(7), less its final zero. */
const LONGEST_SOCKET = 107;

/**
 * Up and ready, or an error and nothing left.
 * @param {Variant} variant
 * @param {(line: string) => void} say
 * @param {AbortSignal} signal gives up while it is brought up
 * @returns {Promise<OwnedCluster>}
 */
export async function ownCluster(variant, say, signal) {
  for (const id of await removeResidue()) say(`removed what cluster ${id} had left`);
  const components = await ensureComponents(say);
  const product = await ensureProduct(variant, say);
  const images = [await ensureBusyboxImage(), ...product.images, ...(variant.images ?? [])];
  signal.throwIfAborted();
  const { id, state } = claimFolder();
  for (const { name } of nodePlaces(variant)) makeCgroups(`${cgroupOf(id)}/${name}`);
  const seed = seedOf(images);
  const settings = { id, state, pki: join(state, "pki"), components, product, images, seed, variant };
  writeFileSync(join(state, "settings.json"), JSON.stringify(settings));
  const sandbox = startSandbox(state);
  signal.addEventListener("abort", sandbox.kill);
  const stop = async () => {
    sandbox.kill();
    await sandbox.ended;
    await removeCluster(id);
  };
  try {
    await sandbox.ready(say);
    const relay = relayTo({ path: join(state, "api.sock") });
    const address = await listen(relay, { host: "127.0.0.1", port: 0 });
    if (address === null || typeof address === "string") throw new Error("a TCP server without a port");
    const file = join(state, "kubeconfig");
    writeFileSync(file, kubeconfig(settings.pki, "admin", `https://127.0.0.1:${String(address.port)}`), { mode: 0o600 });
    /** @type {Description} */
    const description = {
      ...{ id, variant, state, kubeconfig: file, components },
      ...{ owner: thisProcess(), init: sandbox.init(), nodes: nodePlaces(variant) },
    };
    writeCommands(description);
    publish(description);
    say(`ready: ${nameOf(variant)}`);
    return {
      description,
      ended: sandbox.ended,
      stop: async () => {
        relay.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    signal.throwIfAborted();
    throw error;
  }
}

/** Programs named after the nodes and the fabric: `node-1 ip route`. @param {Description} description */
function writeCommands(description) {
  const bin = join(description.state, "bin");
  mkdirSync(bin);
  for (const place of [...description.nodes.map(({ name }) => name), "fabric"]) {
    const enter = enterPlace(description, place, []).join(" ");
    writeFileSync(join(bin, place), `#!/bin/sh\nexec ${enter} "\${@:-sh}"\n`, { mode: 0o755 });
  }
}

/** Under its own name only when whole: who finds it may use it. @param {Description} description */
function publish(description) {
  const file = join(description.state, DESCRIPTION_FILE);
  writeFileSync(`${file}.part`, JSON.stringify(description, undefined, 2));
  renameSync(`${file}.part`, file);
}

/** A folder that appears with its owner's note in it. */
function claimFolder() {
  const id = randomBytes(3).toString("hex");
  const state = join(clustersFolder(), id);
  if (join(state, "orders.sock").length > LONGEST_SOCKET) {
    throw new Error(`${state} is too long a path for a socket in it: set ${CACHE_VARIABLE} to a shorter one.`);
  }
  const part = `${state}.part`;
  mkdirSync(join(part, "logs"), { recursive: true, mode: 0o700 });
  mkdirSync(temporaryFolder(part));
  writeFileSync(join(part, "owner.json"), JSON.stringify(thisProcess()));
  renameSync(part, state);
  return { id, state };
}

/**
 * Archives are told apart by path, size and time: reading all of them would take longer than all else here.
 * @param {readonly string[]} images
 */
function seedOf(images) {
  const hash = createHash("sha256");
  for (const path of images) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${String(size)} ${String(mtimeMs)}\n`);
  }
  const seed = join(cacheFolder(), `seed-${hash.digest("hex").slice(0, 12)}`);
  try {
    // Its time tells `cluster:clean` when it was last of use.
    utimesSync(seed, new Date(), new Date());
  } catch {
    // Not made yet.
  }
  return seed;
}

/**
 * Each link of the chain dies with the one before it: setpriv's signal ends unshare when this process ends, however it ends; unshare's ends the
 * shell, which is the first process of the pid namespace; and that is the end of everything in there. The shell reaps orphans.
 * @param {string} state
 */
function startSandbox(state) {
  const argv = [
    ...["setpriv", "--pdeathsig", "KILL"],
    ...["unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"],
    ...["sh", "-c", '"$@"; exit $?', "sh", process.execPath, SANDBOX, join(state, "settings.json")],
  ];
  const [program = "", ...args] = argv;
  // A session of its own: Ctrl-C at the terminal is for the owner, who then ends the sandbox.
  const env = { ...process.env, TMPDIR: temporaryFolder(state) };
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], detached: true, env });
  let killed = false;
  child.stderr.on("data", (/** @type {Buffer} */ words) => {
    // unshare (2.38) complains that it cannot die by SIGKILL as its child did.
    if (!killed) process.stderr.write(words);
  });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.on("error", () => {
      resolve();
    });
    child.on("exit", () => {
      resolve();
    });
  });
  const init = () => firstChild(child.pid);
  return {
    ended,
    init,
    kill: () => {
      killed = true;
      const pid = child.exitCode === null && child.signalCode === null ? childOf(child.pid) : undefined;
      // unshare waits for it, and ends after all of the pid namespace has.
      if (pid !== undefined) process.kill(pid, "SIGKILL");
      else child.kill("SIGKILL");
    },
    /** @param {(line: string) => void} say @returns {Promise<void>} */
    ready: async (say) => {
      for await (const line of createInterface({ input: child.stdout })) {
        /** @type {unknown} */
        const parsed = JSON.parse(line);
        const word = /** @type {import("./sandbox/settings.mjs").Word} */ (parsed);
        if ("ready" in word) return;
        if ("error" in word) throw new Error(`the cluster did not come up: ${word.error}`);
        say(word.step);
      }
      throw new Error("the cluster did not come up: its sandbox ended (it needs root and util-linux's unshare and setpriv)");
    },
  };
}

/** @param {number | undefined} pid */
function childOf(pid) {
  try {
    const id = String(pid);
    const [child = ""] = readFileSync(`/proc/${id}/task/${id}/children`, "utf8").trim().split(" ");
    return child === "" ? undefined : Number(child);
  } catch {
    return undefined;
  }
}

/** @param {number | undefined} pid */
function firstChild(pid) {
  const child = childOf(pid);
  if (child === undefined || markOf(child) === undefined) throw new Error("the cluster's sandbox has ended");
  return child;
}
