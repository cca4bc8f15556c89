/**
 * Compiles a wiring to the commands that build it: plain data, batched by tool, each line with its reason.
 * `lab plan` prints exactly these, and exactly these are run.
 * @packageDocumentation
 */
import type { DaemonStep, FdbStep, LinkStep, NamespaceName, Readiness, RulesetStep, Step, Wiring } from "../../model/wiring.js";
import { isTrackingTable, restoreText } from "../../modes/parts/ruleset.js";
import { type Milliseconds, milliseconds } from "../../units/quantity.js";
import { type PlannedLoad, plannedLoads } from "./loads.js";

/** One command of a plan, run in the sandbox. It enters a namespace by itself where it must. */
export interface PlannedCommand {
  readonly argv: readonly [string, ...string[]];
  /** Text for standard input: a batch, settings or rules, with a comment for each line. */
  readonly stdin?: string;
  readonly reason: string;
  /** Where the lab's own limit is too short. */
  readonly timeout?: Milliseconds;
}

/** The commands of one namespace, in order. */
export interface NamespacePlan {
  /** Full name under /run/netns. */
  readonly namespace: string;
  readonly kind: "node" | "pod" | "fabric";
  readonly commands: readonly PlannedCommand[];
  /** Whether its rules make the kernel track connections there. */
  readonly tracks: boolean;
}

/** A program that stays with the mode. */
export interface PlannedDaemon {
  readonly namespace: string;
  readonly argv: readonly [string, ...string[]];
  readonly ready?: Readiness;
  readonly reason: string;
  /** How long it may take until it is ready, where the lab's own limit does not fit. */
  readonly timeout?: Milliseconds;
}

/** Everything that builds one wiring, in four stages. */
export interface Plan {
  /** First: namespaces and the veth links between them, lines of one `ip -batch`. Plans of several modes may be joined. */
  readonly create: readonly BatchLine[];
  /** Then each namespace: nodes and fabric before pods, since a pod's link may be made by its node. Side by side within a stage. */
  readonly configure: readonly NamespacePlan[];
  /** Then programs that belong to the mode. */
  readonly daemons: readonly PlannedDaemon[];
  /** Last, when all wirings stand: what layers load, in order within a namespace. */
  readonly loads: readonly PlannedLoad[];
}

/** A line of a batch with its reason. */
export interface BatchLine {
  readonly words: readonly string[];
  readonly reason: string;
}

/** Full namespace name of a wiring's namespace, e.g. `flannel-vxlan.open.node-a`. */
export const namespaceName = (prefix: string, name: NamespaceName): string => `${prefix}.${name}`;

/**
 * Compiles a wiring. The prefix keeps the namespaces of several wirings apart, e.g. `flannel-vxlan.open`.
 * @param root - whether root carries the plan out: an ordinary user's loads are cut smaller
 */
export function compile(prefix: string, wiring: Wiring, root = true): Plan {
  const full = (name: NamespaceName): string => namespaceName(prefix, name);
  const create: BatchLine[] = wiring.namespaces.map((namespace) => ({
    words: ["netns", "add", full(namespace.name)],
    reason: namespace.reason,
  }));
  for (const step of wiring.steps) {
    if (isVeth(step)) create.push(vethLine(step, full));
  }
  const order = { fabric: 0, node: 1, pod: 2 } as const;
  const configure = wiring.namespaces
    .map((namespace) => {
      const own = wiring.steps.filter((step) => step.in === namespace.name);
      const steps = own.filter((step) => !isVeth(step) && step.kind !== "daemon" && step.kind !== "load");
      const name = full(namespace.name);
      return { namespace: name, kind: namespace.kind, commands: namespaceCommands(name, steps, full), tracks: own.some(isTracking) };
    })
    .sort((a, b) => order[a.kind] - order[b.kind]);
  const daemons = wiring.steps
    .filter((step): step is DaemonStep => step.kind === "daemon")
    .map((step) => ({
      namespace: full(step.in),
      argv: step.argv,
      reason: step.reason,
      ...(step.ready === undefined ? {} : { ready: step.ready }),
      ...(step.timeout === undefined ? {} : { timeout: step.timeout }),
    }));
  return { create, configure, daemons, loads: plannedLoads(wiring, full, root) };
}

/** The `ip -batch` that carries out the `create` lines of one or more plans. */
export function createCommand(lines: readonly BatchLine[]): PlannedCommand {
  return { argv: ["ip", "-batch", "-"], stdin: batchText(lines), reason: "the namespaces and the links between them" };
}

const isTracking = (step: Step): boolean =>
  (step.kind === "load" && step.tracks) || (step.kind === "ruleset" && step.tables.some(isTrackingTable));

const isVeth = (step: Step): step is LinkStep => step.kind === "link" && step.type === "veth";

function vethLine(step: LinkStep, full: (name: NamespaceName) => string): BatchLine {
  if (step.peer === undefined) throw new Error(`veth ${step.name} in ${step.in} names no peer`);
  return {
    words: [
      ...["link", "add", "name", step.name, "netns", full(step.in), ...(step.common ?? []), "type", "veth"],
      ...["peer", "name", step.peer.name, "netns", full(step.peer.in), ...(step.peer.common ?? [])],
    ],
    reason: step.reason,
  };
}

/** The tool that a step is carried out with; neighbouring steps of one tool share a process. */
type Tool = "ip" | "bridge" | "tc" | "sysctl" | "sysctl where known" | "ethtool" | "tee" | RulesetStep["tool"];

function toolOf(step: Step): Tool {
  switch (step.kind) {
    case "fdb":
      return "bridge";
    case "qdisc":
    case "redirect":
      return "tc";
    case "sysctl":
      return step.mayBeUnknown === true ? "sysctl where known" : "sysctl";
    case "ruleset":
      return step.tool;
    case "offload":
      return "ethtool";
    case "steering":
      return "tee";
    default:
      return "ip";
  }
}

function namespaceCommands(namespace: string, steps: readonly Step[], full: (name: NamespaceName) => string): PlannedCommand[] {
  return groupByTool(steps).map((group) => {
    const command = toolCommand(namespace, group.tool, group.steps, full);
    const longest = Math.max(...group.steps.map(({ timeout = 0 }) => timeout));
    return longest === 0 ? command : { ...command, timeout: milliseconds(longest) };
  });
}

function groupByTool(steps: readonly Step[]): { tool: Tool; steps: Step[] }[] {
  const groups: { tool: Tool; steps: Step[] }[] = [];
  for (const step of steps) {
    const tool = toolOf(step);
    const last = groups.at(-1);
    const joins = last?.tool === tool && BATCHING.has(tool);
    if (joins) last.steps.push(step);
    else groups.push({ tool, steps: [step] });
  }
  return groups;
}

const BATCHING: ReadonlySet<Tool> = new Set<Tool>(["ip", "bridge", "tc", "sysctl", "sysctl where known"]);

function toolCommand(namespace: string, tool: Tool, steps: readonly Step[], full: (name: NamespaceName) => string): PlannedCommand {
  const inside = ["nsenter", `--net=/run/netns/${namespace}`] as const;
  const first = steps[0];
  const reason = steps.length === 1 && first !== undefined ? first.reason : `${TOOL_SUBJECT[tool]} of ${namespace}`;
  switch (tool) {
    case "ip":
    case "bridge":
    case "tc":
      return { argv: [tool, "-n", namespace, "-batch", "-"], stdin: batchText(steps.map((step) => batchLine(step, full))), reason };
    case "sysctl":
      return { argv: [...inside, "sysctl", "-q", "-p", "-"], stdin: sysctlText(steps), reason };
    case "sysctl where known":
      // A `-` before the name is meant for this, but procps 4.0.2 (Debian 12) exits with 1 all the same.
      return { argv: [...inside, "sysctl", "-q", "-e", "-p", "-"], stdin: sysctlText(steps), reason };
    case "ethtool":
      return { argv: [...inside, ...offloadWords(first)], reason };
    case "tee":
      return steeringCommand(namespace, first, reason);
    case "iptables":
    case "ip6tables":
    case "iptables-legacy":
    case "iptables-nft":
      return { argv: [...inside, `${tool}-restore`, "--noflush"], stdin: rulesetText(first), reason };
  }
}

const TOOL_SUBJECT: Readonly<Record<Tool, string>> = {
  ip: "links, addresses and routes",
  bridge: "forwarding entries",
  tc: "queueing disciplines",
  sysctl: "kernel settings",
  "sysctl where known": "optional kernel settings",
  iptables: "rules",
  ip6tables: "rules",
  "iptables-legacy": "rules",
  "iptables-nft": "rules",
  ethtool: "offloads",
  tee: "receive packet steering",
};

function batchText(lines: readonly BatchLine[]): string {
  return lines.map((line) => `${line.words.join(" ")} # ${line.reason}\n`).join("");
}

function batchLine(step: Step, full: (name: NamespaceName) => string): BatchLine {
  return { words: batchWords(step, full), reason: step.reason };
}

function batchWords(step: Step, full: (name: NamespaceName) => string): readonly string[] {
  switch (step.kind) {
    case "link":
      return linkWords(step, full);
    case "link-set":
      return ["link", "set", "dev", step.name, ...step.settings];
    case "address":
      return ["address", "add", step.address, "dev", step.device, ...(step.options ?? [])];
    case "route":
      return ["route", "replace", step.to, ...step.options];
    case "policy-rule":
      return ["rule", "add", ...step.selector];
    case "neighbour":
      return ["neighbour", "add", step.address, "lladdr", step.mac, "dev", step.device, "nud", "permanent"];
    case "tun":
      return ["tuntap", "add", "dev", step.name, "mode", "tun"];
    case "fdb":
      return fdbWords(step);
    case "qdisc":
      return ["qdisc", "add", "dev", step.device, ...step.options];
    case "redirect":
      return ["filter", "add", "dev", step.device, "ingress", ...EVERY_PACKET, "action", "mirred", "egress", "redirect", "dev", step.to];
    default:
      throw new Error(`${step.kind} has no batch form`);
  }
}

/** u32 with an empty mask, since kernels may lack matchall. */
const EVERY_PACKET = ["protocol", "all", "u32", "match", "u32", "0", "0"];

function linkWords(step: LinkStep, full: (name: NamespaceName) => string): readonly string[] {
  const target = step.moveTo === undefined ? [] : ["netns", full(step.moveTo)];
  return ["link", "add", "name", step.name, ...target, ...(step.common ?? []), "type", step.type, ...(step.options ?? [])];
}

const fdbWords = (step: FdbStep): readonly string[] => ["fdb", "append", step.mac, "dev", step.device, ...step.options];

function sysctlText(steps: readonly Step[]): string {
  return steps.map((step) => (step.kind === "sysctl" ? `# ${step.reason}\n${step.name} = ${step.value}\n` : "")).join("");
}

function rulesetText(step: Step | undefined): string {
  if (step?.kind !== "ruleset") throw new Error("a ruleset command is made from one ruleset step");
  return restoreText(step.tables);
}

function offloadWords(step: Step | undefined): [string, ...string[]] {
  if (step?.kind !== "offload") throw new Error("an offload command is made from one offload step");
  return ["ethtool", "-K", step.device, ...step.features.flatMap((feature) => [feature, step.on ? "on" : "off"])];
}

/** A sysfs shows the devices of the namespace in which it was mounted, and `ip netns exec` mounts one for as long as its command runs. */
function steeringCommand(namespace: string, step: Step | undefined, reason: string): PlannedCommand {
  if (step?.kind !== "steering") throw new Error("a steering command is made from one steering step");
  const file = `/sys/class/net/${step.device}/queues/rx-${String(step.queue)}/rps_cpus`;
  return { argv: ["ip", "netns", "exec", namespace, "tee", file], stdin: `${step.cpus}\n`, reason };
}
