/**
 * The caller's side of the machine, as a lab must leave it.
 * @packageDocumentation
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LOOKS: readonly (readonly [string, ...string[]])[] = [
  ["ip", "netns", "list"],
  ["ip", "-brief", "link", "show"],
  ["ip", "-brief", "address", "show"],
  ["ip", "route", "show", "table", "all"],
  ["ip", "rule", "show"],
  ["iptables-save"],
  ["nft", "list", "ruleset"],
];

const PATH = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;

/** Named namespaces, links, addresses, routes, rules and mounts of the namespaces in which the tests run. */
export function callersState(): string {
  const seen = LOOKS.map(([program, ...args]) => {
    const { stdout } = spawnSync(program, args, { encoding: "utf8", env: { PATH, LC_ALL: "C" } });
    return `${program} ${args.join(" ")}:\n${stdout.replaceAll(/^#.*\n/gm, "")}`;
  });
  return [...seen, readFileSync("/proc/self/mountinfo", "utf8")].join("\n");
}

/** A process as /proc shows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** Inode name of its pid namespace; empty when it may not be known. */
  readonly pidNamespace: string;
}

/** All processes that this process can see, zombies left out. */
export function allProcesses(): readonly ProcessEntry[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "latin1");
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (state === "Z" || state === "X") return [];
        const command = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ");
        return [{ pid: Number(name), parent: Number(parent), command, pidNamespace: namespaceOf(name) }];
      } catch {
        return []; // It has ended while it was looked at.
      }
    });
}

function namespaceOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return "";
  }
}

/** A process and all that descend from it, parents before children. */
export function family(pid: number, processes = allProcesses()): readonly ProcessEntry[] {
  const children = processes.filter((entry) => entry.parent === pid);
  return [...processes.filter((entry) => entry.pid === pid), ...children.flatMap((child) => family(child.pid, processes))];
}
