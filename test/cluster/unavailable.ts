/**
 * Whether a cluster can run on this machine.
 */
import { existsSync } from "node:fs";
import { locate } from "../../scripts/setup/programs.mjs";
import { findGo } from "./go-programs.mjs";

const PROGRAMS = ["containerd", "ctr", "runc", "openssl", "iptables", "nft", "busybox"];

/** Why not, in one sentence; undefined if it can. What root lacks in CI is a failure of the set-up, not a reason to skip. */
export async function clusterUnavailable(): Promise<string | undefined> {
  // CI runs everything twice, as an ordinary user and as root.
  if (process.getuid?.() !== 0) return "a cluster of containers needs root";
  const reason = await lack();
  if (reason !== undefined && process.env["CI"] === "true") throw new Error(`cluster tests must run in CI, and cannot: ${reason}`);
  return reason;
}

async function lack(): Promise<string | undefined> {
  const missing = PROGRAMS.filter((name) => locate(name) === undefined);
  if (missing.length > 0) return `not on this machine: ${missing.join(", ")}`;
  if (!existsSync("/usr/lib/cni/bridge")) return "not on this machine: Debian's containernetworking-plugins in /usr/lib/cni";
  const go = await findGo();
  return typeof go === "string" ? go : undefined;
}
