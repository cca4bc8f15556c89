/**
 * What this process may do on its machine, and where it stands in the file system.
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";

/** What making namespaces depends on. */
export interface Standing {
  /**
   * Whether it has root's rights over mounts and networks. User id 0 alone is not enough: in a container without privileges it has neither
   * CAP_SYS_ADMIN nor CAP_NET_ADMIN, and gets namespaces as an ordinary user does, if at all.
   */
  readonly root: boolean;
  /** Whether its root directory is no mount point, which is so after chroot(1). */
  readonly chrooted: boolean;
}

/** Of this process, from /proc/self. */
export const standing = (): Standing => ({
  root: process.getuid?.() === 0 && mayAdministrate(textOf("/proc/self/status")),
  chrooted: isChrooted(textOf("/proc/self/mountinfo")),
});

/** Bits of capabilities(7). */
const NEEDED = [12n, 21n];

/** Whether the text of /proc/PID/status shows CAP_NET_ADMIN and CAP_SYS_ADMIN in effect. Without that line, all is granted that user id 0 stands for. */
export function mayAdministrate(status: string): boolean {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return mask === undefined || NEEDED.every((bit) => ((BigInt(`0x${mask}`) >> bit) & 1n) === 1n);
}

/** Whether the text of /proc/PID/mountinfo (proc(5)) has mounts, but none at the process's own root directory. */
export function isChrooted(mountinfo: string): boolean {
  const points = [...mountinfo.matchAll(/^\d+ \d+ \S+ \S+ (\S+) /gm)].map(([, point]) => point);
  return points.length > 0 && !points.includes("/");
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // /proc is not mounted, or this is not Linux: the lab says so itself when it is asked for.
    return "";
  }
}
