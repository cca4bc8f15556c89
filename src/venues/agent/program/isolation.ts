/**
 * The agent's first act: what unshare(1) leaves to do before the sandbox is fit to live in.
 * @packageDocumentation
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { ENVIRONMENT, locate, notFound } from "./programs.js";

const STEPS: readonly (readonly [string, ...string[]])[] = [
  // unshare does this by default since util-linux 2.27; a mount that spread to the caller would be worse than saying it twice.
  ["mount", "--make-rprivate", "/"],
  // Hides the caller's /run: named namespaces, the lock of iptables and pid files are the lab's own.
  ["mount", "-t", "tmpfs", "-o", "mode=0755", "podwire", "/run"],
  ["ip", "link", "set", "lo", "up"],
];

/** Makes the mounts private and brings loopback up; throws with the failing command and its words. */
export function isolate(scratch: string): void {
  process.chdir("/");
  for (const [name, ...args] of STEPS) {
    const program = locate(name);
    if (program === undefined) throw new Error(notFound(name));
    const { status, stderr, error } = spawnSync(program, args, { env: ENVIRONMENT, encoding: "utf8" });
    if (status !== 0) throw new Error(`${[name, ...args].join(" ")}: ${error?.message ?? stderr.trim()}`);
  }
  for (const folder of ["/run/netns", "/run/lock", scratch]) mkdirSync(folder, { recursive: true });
}
