/**
 * Processes by a name that outlives them: pids are given anew, and mean something else in another container.
 * @packageDocumentation
 */
import { readFileSync, readlinkSync } from "node:fs";
import type { ProcessIdentity } from "./ports.js";

/** The real {@link ProcessIdentity} of a process of this machine. */
export function processIdentity(pid: number): ProcessIdentity {
  const machine = [readOr("/proc/sys/kernel/random/boot_id"), namespaceOfPids()].join("/");
  return {
    own: `${machine}/${String(pid)}/${startOf(pid)}`,
    fate: (identity) => {
      const [bootId, namespace, other, start] = identity.split("/");
      if (`${String(bootId)}/${String(namespace)}` !== machine || start === undefined || start === "") return "unknown";
      return startOf(Number(other)) === start ? "alive" : "ended";
    },
  };
}

/** Ticks after boot at which a process started (proc(5), `/proc/PID/stat`, field 22); empty when there is none. Its name may hold spaces and brackets. */
function startOf(pid: number): string {
  const stat = readOr(`/proc/${String(pid)}/stat`);
  return (
    stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .at(19) ?? ""
  );
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    // Elsewhere than on Linux nothing is known of other processes.
    return "";
  }
}

function namespaceOfPids(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
