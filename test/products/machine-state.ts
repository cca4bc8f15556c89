/**
 * What a cluster could leave on its machine, outside of its own namespaces: a line for each thing.
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../cluster/child.mjs";
import { cgroupHierarchies } from "../cluster/registry.mjs";

/** Settings of the kernel that change by themselves, or by being read. */
const CHANGING =
  /^\/proc\/sys\/(?:kernel\/(?:ns_last_pid|random\/.*|pty\/nr|perf_event_.*)|net\/netfilter\/nf_conntrack_count|net\/ipv[46]\/neigh\/.*|net\/ipv[46]\/conf\/.*)$/;

/** Everything there is now. */
export async function machineState(): Promise<readonly string[]> {
  return [...cgroups(), ...(await ebpf()), ...mounts(), ...kernelSettings(), ...files("/etc/iproute2"), ...(await network())].sort();
}

/** What is there and was not before, as often as it is. */
export function added(before: readonly string[], now: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of before) left.set(line, (left.get(line) ?? 0) + 1);
  return now.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

const CGROUP = "cgroup ";

const cgroups = (): readonly string[] =>
  cgroupHierarchies().flatMap(({ path }) => foldersBelow(path).map((folder) => `${CGROUP}${folder}`));

/**
 * Whether a line is a cgroup of someone else, who runs: below the root of its hierarchy it is in a cgroup with living processes. A cluster that has ended has
 * none, and makes its cgroups at the root.
 */
export function isInUse(line: string): boolean {
  const root = cgroupHierarchies().find(({ path }) => line.startsWith(`${CGROUP}${path}/`))?.path;
  if (root === undefined) return false;
  const [name = ""] = line.slice(CGROUP.length + root.length + 1).split("/");
  const top = join(root, name);
  return [top, ...foldersBelow(top)].some(hasProcesses);
}

function hasProcesses(cgroup: string): boolean {
  try {
    return readFileSync(join(cgroup, "cgroup.procs"), "utf8") !== "";
  } catch {
    // It went while others were read.
    return false;
  }
}

function foldersBelow(folder: string): readonly string[] {
  return entries(folder).flatMap(({ name, isFolder }) => {
    const path = join(folder, name);
    return isFolder ? [path, ...foldersBelow(path)] : [];
  });
}

function entries(folder: string): readonly { readonly name: string; readonly isFolder: boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  } catch {
    // It went while others were read.
    return [];
  }
}

/** Programs, maps and links of the whole kernel. Their numbers are never given out again, so they are told apart by what they are. */
async function ebpf(): Promise<readonly string[]> {
  const lists = await Promise.all(
    ["prog", "map", "link"].map(async (kind) => {
      const found = JSON.parse(await run(["bpftool", "--json", kind, "show"])) as readonly { type: string; name?: string; tag?: string }[];
      return found.map(({ type, name = "-", tag = "-" }) => `eBPF ${kind} ${type} ${name} ${tag}`);
    }),
  );
  return lists.flat();
}

const mounts = (): readonly string[] =>
  readFileSync("/proc/self/mountinfo", "utf8")
    .trim()
    .split("\n")
    .map((line) => `mount ${line.split(" ")[4] ?? ""}`);

const kernelSettings = (): readonly string[] =>
  ["/proc/sys/kernel", "/proc/sys/net", "/proc/sys/vm"].flatMap((folder) =>
    files(folder).filter((line) => !CHANGING.test(line.split("=")[0] ?? "")),
  );

/** `PATH=content`, or a digest of it where it is long; files that cannot be read are as they are. */
function files(folder: string): readonly string[] {
  return entries(folder).flatMap(({ name, isFolder }) => {
    const path = join(folder, name);
    return isFolder ? files(path) : [`${path}=${contentOf(path)}`];
  });
}

const LONG = 80;

function contentOf(path: string): string {
  try {
    const text = readFileSync(path, "utf8").trim();
    return text.length > LONG ? createHash("sha256").update(text).digest("hex") : text;
  } catch {
    return "not readable";
  }
}

/** Links, named namespaces and rules of the machine's own network. */
async function network(): Promise<readonly string[]> {
  const links = JSON.parse(await run(["ip", "-json", "link"])) as readonly { ifname: string }[];
  const rules = await run(["nft", "list", "ruleset"]);
  return [
    ...links.map(({ ifname }) => `link ${ifname}`),
    ...entries("/run/netns").map(({ name }) => `namespace ${name}`),
    ...(rules === "" ? [] : rules.split("\n").map((line) => `rule ${line.trim()}`)),
  ];
}
