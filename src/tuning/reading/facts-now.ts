/**
 * Reads everything that changes are proposed from. Nothing is changed, and what needs root is left out without it.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import type { Milliseconds } from "../../units/quantity.js";
import { TuningError } from "../error.js";
import type { NodeFacts } from "../facts.js";
import { FIRST_NAMESPACE_HAS } from "../guard.js";
import { OWN_TABLE } from "../knobs/own-rules.js";
import type { NodePorts } from "../node.js";
import { bannedIrqsAmong, ownersAmong } from "../owners.js";
import { type Asking, asking } from "./asking.js";
import { countersNow, growthBetween } from "./counters.js";
import { devicesNow } from "./devices.js";
import { type Link, linksIn } from "./links.js";
import { loopbackNow, wayToSysfs } from "./sysfs.js";

/** Through what a node is read. */
export interface ReadingPorts extends NodePorts {
  readonly clock: Clock;
}

/** Of the machine, and of the namespace. */
const FILES = ["/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "/proc/net/packet"];
const NEEDED = [
  { program: "ip", package: "iproute2" },
  { program: "sysctl", package: "procps" },
];
const TOOLS = ["ip", "tc", "ethtool", "nft", "sysctl", "flock"];

/**
 * The node's facts.
 * @param between - how long to wait between two readings of the counters; absent: they are read once
 * @throws TuningError where not even links and sysctls can be read
 */
export async function factsNow(ports: ReadingPorts, between?: Milliseconds): Promise<NodeFacts> {
  const ask = asking(ports);
  for (const tool of NEEDED)
    if (!(await ask.installed(tool.program)))
      throw new TuningError(`${tool.program} is not installed (Debian: ${tool.package}): a node cannot be read without it`);
  const [sysctls, links] = await Promise.all([sysctlsNow(ask), ask.required("ip", "-json", "-details", "link", "show").then(linksIn)]);
  const firstNamespace = sysctls[FIRST_NAMESPACE_HAS] !== undefined;
  const sysfs = await wayToSysfs(ask, links, firstNamespace);
  const before = await countersNow(ask);
  const began = ports.clock.monotonic();
  const interrupts = firstNamespace ? ((await ask.file("/proc/interrupts")) ?? "") : "";
  const devices = await devicesNow(ask, { links, sysfs, interrupts });
  const rest = await restNow(ask);
  const loopback = firstNamespace ? undefined : await loopbackNow(ask, links);
  const counters = await later(ports, ask, between);
  const seconds = Math.round((ports.clock.monotonic() - began) / 100) / 10;
  return {
    ...rest,
    firstNamespace,
    sysctls,
    devices,
    ...(counters === undefined ? { counters: before } : { counters, growth: growthBetween(before, counters, seconds) }),
    ...(loopback === undefined ? {} : { loopback }),
    ...(sysfs === undefined ? {} : { sysfs }),
    tracks: rest.rules.natHooked || Number(sysctls["net.netfilter.nf_conntrack_count"] ?? "0") > 0,
    hasPods: links.some(leadsToPods),
    ...(rest.rules.services === undefined ? {} : { serviceRules: rest.rules.services }),
  };
}

async function later(
  { clock }: ReadingPorts,
  ask: Asking,
  between: Milliseconds | undefined,
): Promise<Readonly<Record<string, number>> | undefined> {
  if (between === undefined) return undefined;
  await clock.sleep(between);
  return countersNow(ask);
}

async function sysctlsNow(ask: Asking): Promise<Readonly<Record<string, string>>> {
  const text = await ask.anyhow("sysctl", "-a", "--ignore", "--pattern", "^net\\.");
  const values = [...text.matchAll(/^(\S+) = (.*)$/gm)].map(([, name = "", value = ""]): [string, string] => [
    name,
    value.replaceAll(/\s+/g, " ").trim(),
  ]);
  if (values.length === 0) throw new TuningError("/proc/sys/net cannot be read: is /proc mounted, and is this Linux?");
  return Object.fromEntries(values);
}

/** The first pid namespace's inode, the same on every machine (PROC_PID_INIT_INO, include/linux/proc_ns.h). */
const FIRST_PIDS = "pid:[4026531836]";

type Rest = Pick<
  NodeFacts,
  "allProcesses" | "boot" | "namespace" | "kernel" | "cpus" | "files" | "owners" | "bannedIrqs" | "tools" | "kernelHas" | "ownRules"
> & {
  readonly rules: { readonly natHooked: boolean; readonly services?: boolean };
};

async function restNow(ask: Asking): Promise<Rest> {
  const kernel = ((await ask.file("/proc/sys/kernel/osrelease")) ?? "").trim();
  const [boot, namespace, pids, online, processes, own, chains, legacy] = await Promise.all([
    ask.file("/proc/sys/kernel/random/boot_id"),
    ask.printed("readlink", "/proc/self/ns/net"),
    ask.printed("readlink", "/proc/self/ns/pid"),
    ask.file("/sys/devices/system/cpu/online"),
    ask.printed("ps", "-e", "-o", "args="),
    ownRulesNow(ask),
    ask.printed("nft", "--stateless", "list", "chains"),
    ask.printed("iptables-legacy-save"),
  ]);
  const files = await Promise.all(FILES.map(async (path) => [path, await ask.file(path)] as const));
  const tools = await Promise.all(TOOLS.map(async (tool) => [tool, await ask.installed(tool)] as const));
  return {
    kernel,
    allProcesses: pids?.trim() === FIRST_PIDS,
    boot: boot ?? "unknown",
    namespace: /\d+/.exec(namespace ?? "")?.[0] ?? "unknown",
    cpus: listOf(online ?? "0"),
    owners: ownersAmong((processes ?? "").split("\n")),
    bannedIrqs: bannedIrqsAmong((processes ?? "").split("\n")),
    files: Object.fromEntries(files.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]]))),
    tools: Object.fromEntries(tools),
    kernelHas: await kernelHas(ask, kernel),
    ...(own === undefined ? {} : { ownRules: own }),
    rules: rulesIn(chains, legacy),
  };
}

/** Which of podwire's own rules stand; undefined where nft may not be asked. */
async function ownRulesNow(ask: Asking): Promise<string | undefined> {
  const tables = await ask.printed("nft", "list", "tables");
  if (tables === undefined) return undefined;
  if (!tables.split("\n").includes(`table ${OWN_TABLE}`)) return "";
  return ask.printed("nft", "--stateless", "list", "table", ...OWN_TABLE.split(" "));
}

/** A chain of type nat has the namespace track connections; kube-proxy's chains bear its names. */
function rulesIn(chains: string | undefined, legacy: string | undefined): Rest["rules"] {
  const all = [chains, legacy].filter((text) => text !== undefined).join("\n");
  if (chains === undefined && legacy === undefined) return { natHooked: false };
  return { natHooked: /type nat hook|^\*nat$|-m conntrack|-m state/m.test(all), services: /KUBE-S|table ip6? kube-proxy/.test(all) };
}

const SYMBOLS = {
  fq: { module: "sch_fq.ko", symbol: "fq_enqueue" },
  flowtable: { module: "nf_flow_table.ko", symbol: "nf_flow_table_init" },
};

/** By the list of modules, or where a kernel has none, by its symbols. */
async function kernelHas(ask: Asking, kernel: string): Promise<NodeFacts["kernelHas"]> {
  const [modules, builtin] = await Promise.all(["dep", "builtin"].map(async (list) => ask.file(`/lib/modules/${kernel}/modules.${list}`)));
  if (modules !== undefined || builtin !== undefined) {
    const names = `${modules ?? ""}\n${builtin ?? ""}`;
    return { fq: names.includes(`/${SYMBOLS.fq.module}`), flowtable: names.includes(`/${SYMBOLS.flowtable.module}`) };
  }
  const symbols = await ask.file("/proc/kallsyms");
  if (symbols === undefined) return {};
  const has = (symbol: string): boolean => new RegExp(` ${symbol}$`, "m").test(symbols);
  return { fq: has(SYMBOLS.fq.symbol), flowtable: has(SYMBOLS.flowtable.symbol) };
}

/** The kernel's list of CPUs, `0-3,6`. */
const listOf = (text: string): readonly number[] =>
  text.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });

const leadsToPods = ({ ifname, linkinfo, link_netnsid: elsewhere }: Link): boolean =>
  ["bridge", "vxlan", "ipip", "geneve", "wireguard"].includes(linkinfo?.info_kind ?? "") ||
  (linkinfo?.info_kind === "veth" && elsewhere !== undefined && !/^e(?:th|n)\w/.test(ifname));
