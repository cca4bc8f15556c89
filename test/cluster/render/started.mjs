/**
 * Programs that are started in a place of a cluster.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { temporaryFolder } from "../description.mjs";

/**
 * A program that runs, and what it has written.
 * @typedef {object} Started
 * @property {readonly string[]} log
 * @property {() => boolean} hasEnded
 * @property {(line: RegExp) => Promise<void>} until settles at the first line that fits, or at its end
 * @property {() => Promise<void>} stop
 */

/**
 * Starts it; it ends with this process at the latest.
 * @param {import("../start.mjs").Cluster} cluster
 * @param {string} place
 * @param {readonly string[]} argv
 * @param {Readonly<Record<string, string>>} [environment]
 * @returns {Started}
 */
export function startIn(cluster, place, argv, environment = {}) {
  const [program = "", ...words] = cluster.enter(place, argv);
  const env = { ...process.env, TMPDIR: temporaryFolder(cluster.description.state), ...environment };
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], env });
  /** @type {string[]} */
  const log = [];
  const ended = once(child, "close");
  /** @type {Set<() => void>} */
  const watchers = new Set();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      log.push(line);
      for (const look of watchers) look();
    });
  }
  const until = async (/** @type {RegExp} */ line) => {
    /** @type {Promise<void>} */
    const fits = new Promise((resolve) => {
      const look = () => {
        if (log.some((one) => line.test(one))) resolve();
      };
      watchers.add(look);
      look();
    });
    await Promise.race([ended, fits]);
  };
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    log,
    hasEnded,
    until,
    stop: async () => {
      child.kill("SIGKILL");
      if (!hasEnded()) await ended;
    },
  };
}
