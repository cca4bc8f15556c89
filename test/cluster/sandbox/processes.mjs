/**
 * The programs of a cluster while they run: started in a node's namespaces or beside the fabric, killed and started anew by name.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} Program
 * @property {string} name `kubelet`, `etcd`, ...
 * @property {string} [node] none: beside the fabric
 * @property {readonly string[]} argv
 * @property {Readonly<Record<string, string>>} [env]
 */
/** @typedef {{ program: Program, child: import("node:child_process").ChildProcess | undefined, ended: Promise<void>, starts: number }} Entry */

const LAST_LINES = 12;
const TOO_MANY_WATCHERS =
  "Each cluster takes about 10 inotify instances and 8 more a node, of fs.inotify.max_user_instances in all (128 by default): end another cluster, or raise that sysctl.";

/**
 * `nsenter`, not `ip netns exec`: the latter mounts a /sys of its own, and kubelet finds no cgroups there.
 * @param {string | undefined} node
 * @param {readonly string[]} argv
 * @returns {string[]}
 */
export function inNode(node, argv) {
  if (node === undefined) return [...argv];
  return ["nsenter", ...["net", "mnt", "uts"].map((kind) => enterFlag(kind, `/run/ns/${node}/${kind}`)), "--", ...argv];
}

/**
 * @param {string} kind as in /proc/PID/ns
 * @param {string} path
 */
function enterFlag(kind, path) {
  return `--${kind === "mnt" ? "mount" : kind}=${path}`;
}

export class Processes {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  #logs;
  /** Rejects when a program ends that no one killed; looked at only while the cluster is brought up. @type {(error: Error) => void} */
  #fail = () => undefined;
  failed;

  /** @param {string} logs folder of the programs' output, one file each */
  constructor(logs) {
    this.#logs = logs;
    /** @type {Promise<never>} */
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => undefined);
  }

  /** @param {Program} program */
  start(program) {
    const key = keyOf(program.name, program.node);
    const before = this.#entries.get(key);
    const log = openSync(this.logOf(key), "a");
    const [file = "", ...args] = inNode(program.node, program.argv);
    const child = spawn(file, args, { stdio: ["ignore", log, log], env: { ...process.env, ...program.env }, cwd: "/" });
    closeSync(log);
    /** @type {Entry} */
    const entry = { program, child, ended: Promise.resolve(), starts: (before?.starts ?? 0) + 1 };
    entry.ended = new Promise((resolve) => {
      const end = (/** @type {string} */ how) => {
        if (entry.child !== undefined) this.#fail(new Error(`${key} ended (${how}). The end of its log:\n${this.#tail(key)}`));
        entry.child = undefined;
        resolve();
      };
      child.on("error", (error) => {
        end(error.message);
      });
      child.on("exit", (code, signal) => {
        end(signal ?? `exit code ${String(code)}`);
      });
    });
    this.#entries.set(key, entry);
  }

  /** @param {string} key */
  logOf(key) {
    return join(this.#logs, `${key.replace("/", "-")}.log`);
  }

  /** @param {string} key */
  #tail(key) {
    const lines = readFileSync(this.logOf(key), "utf8").trim().split("\n").slice(-LAST_LINES);
    const hint = /inotify|too many open files/.test(lines.join("\n")) ? [TOO_MANY_WATCHERS] : [];
    return [...lines, ...hint].join("\n");
  }

  /**
   * Sends a signal; one that ends the program is waited for.
   * @param {string} name
   * @param {string | undefined} node
   * @param {NodeJS.Signals} signal
   */
  async signal(name, node, signal) {
    const entry = this.#entry(name, node);
    const { child } = entry;
    if (child === undefined) return;
    if (signal === "SIGSTOP" || signal === "SIGCONT") {
      child.kill(signal);
      return;
    }
    entry.child = undefined;
    child.kill(signal);
    await entry.ended;
  }

  /**
   * Ends the program if it runs, and starts it as before.
   * @param {string} name
   * @param {string | undefined} node
   */
  async restart(name, node) {
    await this.signal(name, node, "SIGKILL");
    this.start(this.#entry(name, node).program);
  }

  /** @returns {{ name: string, node?: string, pid?: number, starts: number }[]} pids are those of the sandbox's own pid namespace */
  list() {
    return [...this.#entries.values()].map(({ program, child, starts }) => ({
      name: program.name,
      ...(program.node === undefined ? {} : { node: program.node }),
      ...(child?.pid === undefined ? {} : { pid: child.pid }),
      starts,
    }));
  }

  /**
   * @param {string} name
   * @param {string | undefined} node
   */
  #entry(name, node) {
    const entry = this.#entries.get(keyOf(name, node));
    if (entry !== undefined) return entry;
    throw new Error(`no program ${keyOf(name, node)}; there are ${[...this.#entries.keys()].join(", ")}`);
  }
}

/**
 * @param {string} name
 * @param {string | undefined} node
 */
function keyOf(name, node) {
  return node === undefined ? name : `${name}/${node}`;
}
