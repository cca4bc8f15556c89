/**
 * The sysfs of the node's own network namespace. A sysfs shows the devices of the namespace in which it was mounted (net/core/net-sysfs.c): in a lab's node the
 * mounted one is the machine's, and a write to `/sys/class/net/eth0` would be to the machine's eth0.
 * @packageDocumentation
 */
import type { DeviceFacts } from "../facts.js";
import type { Asking } from "./asking.js";
import type { Link } from "./links.js";

/** Files that changes look at, in `/sys/class/net/DEVICE` and its queues. */
const NAMES = ["rps_cpus", "rps_flow_cnt", "xps_cpus", "gro_flush_timeout", "napi_defer_hard_irqs", "ifindex", "address"];

/**
 * Words before a command that shall see the namespace's own devices: none where the mounted sysfs is that one already, else `ip netns exec`, which mounts it for as long
 * as the command runs. Undefined where neither is so.
 */
export async function wayToSysfs(ask: Asking, links: readonly Link[], firstNamespace: boolean): Promise<readonly string[] | undefined> {
  // A namespace with a name has its own sysfs for certain; one whose mounted sysfs looks alike might be a twin.
  const name = firstNamespace ? "" : ((await ask.printed("ip", "netns", "identify"))?.trim().split("\n")[0] ?? "");
  if (name !== "" && (await ask.printed("ip", "netns", "exec", name, "true")) !== undefined) return ["ip", "netns", "exec", name];
  const seen = filesIn(await found(ask, []));
  const same = links.length > 0 && links.every(({ ifname, ifindex, address }) => isShown(seen.get(ifname), ifindex, address));
  return same && seen.size === links.length ? [] : undefined;
}

function isShown(files: Readonly<Record<string, string>> | undefined, ifindex: number, address: string): boolean {
  return files?.["ifindex"] === String(ifindex) && (address === "" || files["address"] === address);
}

/** By a sysfs of its own: the mounted one may be of another namespace with a `lo` too. */
const LOOPBACK = 'mount -t sysfs none /sys && stat -L -c %i "/sys/class/net/$1"';

/** The namespace's `NodeFacts.loopback`; undefined where a sysfs may not be mounted. */
export async function loopbackNow(ask: Asking, links: readonly Link[]): Promise<string | undefined> {
  const lo = links.find(({ flags }) => flags.includes("LOOPBACK"))?.ifname;
  if (lo === undefined) return undefined;
  const printed = await ask.printed("unshare", "--mount", "sh", "-c", LOOPBACK, "sh", lo);
  return /^\d+$/m.exec(printed ?? "")?.[0];
}

/** Files of all devices, by device and relative path. */
export async function deviceFiles(
  ask: Asking,
  way: readonly string[] | undefined,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  return way === undefined ? new Map() : filesIn(await found(ask, way));
}

async function found(ask: Asking, way: readonly string[]): Promise<string> {
  const names = NAMES.flatMap((name, index) => [...(index === 0 ? [] : ["-o"]), "-name", name]);
  const words = [
    "find",
    "-L",
    "/sys/class/net",
    "-mindepth",
    "2",
    "-maxdepth",
    "4",
    "(",
    "-name",
    "device",
    "-o",
    "-name",
    "subsystem",
  ] as const;
  const argv = [...way, ...words, "-o", "-name", "upper_*", "-o", "-name", "lower_*", "-o", "-name", "master", ")", "-prune", "-o"];
  const [program, ...rest] = [...argv, "-type", "f", "(", ...names, ")", "-exec", "grep", "-sH", "", "{}", "+"];
  return ask.anyhow(program, ...rest);
}

function filesIn(text: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const devices = new Map<string, Record<string, string>>();
  for (const [, device = "", file = "", value = ""] of text.matchAll(/^\/sys\/class\/net\/([^/]+)\/([^:]+):(.*)$/gm)) {
    const files = devices.get(device) ?? {};
    files[file] = value.trim();
    devices.set(device, files);
  }
  return devices;
}

/** How many queues of a kind the files tell of. */
export const queuesIn = (files: Readonly<Record<string, string>>): DeviceFacts["queues"] => {
  const count = (kind: "rx" | "tx"): number =>
    new Set(Object.keys(files).flatMap((file) => new RegExp(`^queues/(${kind}-\\d+)/`).exec(file)?.[1] ?? [])).size;
  return { rx: count("rx"), tx: count("tx") };
};
