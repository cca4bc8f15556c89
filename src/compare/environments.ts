/**
 * What is different around two runs: the first thing to know before their figures are held against each other.
 * @packageDocumentation
 */

import { askForCost } from "../model/metric.js";
import { decidedBy } from "../model/path-mtu.js";
import type { Run } from "../model/run.js";
import { DIFFERENCE_GROUPS, type Difference, type DifferenceGroup } from "../model/run-comparison.js";
import type { ClusterScenario, LabScenario, Scenario } from "../model/scenario.js";
import { formatDuration, formatPercent, formatQuantity } from "../units/format.js";

/** Recorded for the reader of one run; they differ from run to run and explain no ratio, or stand elsewhere (paths' MTUs by path). */
const NOT_COMPARED = new Set(["load average", "other traffic", "podwire", "MTU of paths"]);
/** What an iptables says of itself in brackets: into which of the kernel's tables it writes a mode's rules. Each packet pays another price in each. */
const BACKEND = "iptables backend";
/** The programs that measure and wire, as environments name them. */
const TOOLS = new Set([BACKEND, "iperf3", "nginx", "ab", "sockperf", "trafgen", "ping", "ip", "iptables", "node"]);

/** Everything that differs, kernel first. */
export function differencesOf(a: Run, b: Run): readonly Difference[] {
  const all = [
    ...podwire(a, b),
    ...environment(a, b),
    ...network(a, b),
    ...pathMtus(a, b),
    ...scenario(a.scenario, b.scenario),
    ...costs(a, b),
    ...modes(a, b),
  ];
  const place = (group: DifferenceGroup): number => DIFFERENCE_GROUPS.indexOf(group);
  return all.filter((one) => one.a !== one.b).sort((one, other) => place(one.group) - place(other.group));
}

function podwire(a: Run, b: Run): Difference[] {
  const version = { group: "podwire", name: "podwire", a: a.podwire, b: b.podwire } as const;
  // A run that recorded none may be of any commit.
  if (a.commit === undefined || b.commit === undefined) return [version];
  return [version, { group: "podwire", name: "commit", a: a.commit, b: b.commit }];
}

function environment(a: Run, b: Run): Difference[] {
  const [one, other] = [factsOf(a), factsOf(b)];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names]
    .filter((name) => !NOT_COMPARED.has(name))
    .map((name) => ({ group: groupOf(name), name, a: one[name] ?? null, b: other[name] ?? null }));
}

function factsOf({ environment: facts }: Run): Readonly<Record<string, string>> {
  const backend = /\((nf_tables|legacy)\)/.exec(facts["iptables"] ?? facts["tool.iptables"] ?? "")?.[1];
  return backend === undefined ? facts : { ...facts, [BACKEND]: backend };
}

/** What an inspection says of a cluster's network. */
function network(a: Run, b: Run): Difference[] {
  const texts = ({ inspection }: Run): Readonly<Record<string, string | undefined>> => ({
    network:
      inspection === undefined ? undefined : [inspection.cni, ...(inspection.setting === undefined ? [] : [inspection.setting])].join(", "),
    "network mode": modeOfNetwork(inspection),
    "kube-proxy": inspection?.kubeProxy,
    "MTU of pods": bytes(inspection?.mtu.pod),
    "MTU of pods' paths": bytes(inspection?.mtu.podPath),
    "MTU of hosts": bytes(inspection?.mtu.host),
    "policies in force": policies(inspection?.policiesInForce),
    Kubernetes: inspection?.kubernetes,
    ...traits(inspection),
  });
  const [one, other] = [texts(a), texts(b)];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => ({
    group: "environment",
    name,
    a: one[name] ?? null,
    b: other[name] ?? null,
  }));
}

/** Without one of podwire's, the nearest: two such networks may be wired otherwise. */
function modeOfNetwork(inspection: Run["inspection"]): string | undefined {
  const { mode, nearest } = inspection ?? {};
  return mode === "unknown" && nearest !== undefined ? `unknown, nearest ${nearest.mode}` : mode;
}

/** On pods and on nodes, with who enforces them: each costs. */
function policies(inForce: NonNullable<Run["inspection"]>["policiesInForce"]): string | undefined {
  if (inForce === undefined) return undefined;
  const { policies: onPods, onNodes = [], undecided = [], enforcedBy } = inForce;
  const named = (some: typeof onPods): readonly string[] =>
    [...new Set(some.map(({ kind, namespace, name }) => `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`))].sort();
  const all = named([...onPods, ...onNodes]);
  const certain = all.length === 0 ? "none" : `${all.join(", ")} (enforced by ${enforcedBy})`;
  return [certain, ...named(undecided).map((one) => `perhaps ${one}`)].join(", ");
}

/** What kernels put into one packet, of each path of a cluster that both runs had. (A lab's is its option, and what its modes take of it.) */
function pathMtus(a: Run, b: Run): Difference[] {
  const mtusOf = ({ paths }: Run): ReadonlyMap<string, string> =>
    new Map(
      paths.flatMap(({ path, mtu }) => (mtu === undefined ? [] : [[path, `${String(mtu.bytes)} bytes (${decidedBy(mtu)})`] as const])),
    );
  const [one, other] = [mtusOf(a), mtusOf(b)];
  return [...one].flatMap(([name, mtu]) => {
    const there = other.get(name);
    return there === undefined ? [] : [{ group: "environment", name: `MTU of ${name}`, a: mtu, b: there } as const];
  });
}

/** Of a product with a datapath of its own: what nodes showed, else what is configured. */
const traits = (inspection: Run["inspection"]): Record<string, string | undefined> =>
  Object.fromEntries((inspection?.traits ?? []).map(({ trait, seen, configured }) => [`network's ${trait}`, seen ?? configured]));

const bytes = (count: number | undefined): string | undefined => (count === undefined ? undefined : `${String(count)} bytes`);

function groupOf(name: string): DifferenceGroup {
  if (name === "kernel") return "kernel";
  return TOOLS.has(name) || name.startsWith("tool.") ? "tools" : "environment";
}

/** Anything that a scenario of any venue holds. */
type ScenarioKey = keyof LabScenario | keyof ClusterScenario;

/** Seeds always differ; needs only rank; what works is tried once measuring is over; workloads follow from metrics. */
const NOT_ABOUT_FIGURES: ReadonlySet<ScenarioKey> = new Set(["seed", "needs", "conformance", "workloads"]);

function scenario(a: Scenario, b: Scenario): Difference[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as ReadonlySet<ScenarioKey>;
  const [ofA, ofB]: Readonly<Partial<Record<ScenarioKey, unknown>>>[] = [a, b];
  return [...names]
    .filter((name) => !NOT_ABOUT_FIGURES.has(name))
    .map((name) => {
      const [one, other] = [ofA?.[name], ofB?.[name]];
      if (Array.isArray(one) && Array.isArray(other)) return lists(name, one.map(String), other.map(String));
      return { group: "scenario", name: LABELS[name] ?? name, a: optionText(name, one), b: optionText(name, other) };
    });
}

/** Only what one of two lists has. Equal sets in another order are no difference. */
function lists(name: string, a: readonly string[], b: readonly string[]): Difference {
  const only = (these: readonly string[], those: readonly string[]): string => {
    const own = these.filter((word) => !those.includes(word));
    return own.length === 0 ? "none" : own.join(", ");
  };
  return { group: "scenario", name: `${name} only here`, a: only(a, b), b: only(b, a) };
}

const LABELS: Readonly<Partial<Record<ScenarioKey, string>>> = {
  linkBitsPerSecond: "rate of the capped link",
  mtu: "MTU",
  budgetSeconds: "budget",
  configuredBaseline: "own nodes measured too",
  offload: "segmentation offload",
  maxRate: "rate that generators are held to",
};

function optionText(name: ScenarioKey, value: unknown): string | null {
  if (name === "offload") return value === "off" ? "off" : "on";
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.join(", ");
  if (name === "maxRate" && typeof value === "number") return formatQuantity(value, "bit/s");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (name === "linkBitsPerSecond") return typeof value === "number" ? formatQuantity(value, "bit/s") : "not capped";
  if (name === "budgetSeconds" && typeof value === "number") return formatDuration(value);
  if (typeof value === "object") return objectText(value ?? {});
  if (typeof value !== "string" && typeof value !== "number") return JSON.stringify(value);
  return name === "mtu" ? `${String(value)} bytes` : String(value);
}

/** `capped 2 %, open 5 %`: the one object of a scenario holds fractions. */
function objectText(value: object): string {
  return Object.entries(value)
    .map(([key, one]) => `${key} ${typeof one === "number" ? formatPercent(one) : String(one)}`)
    .join(", ");
}

/** What the machines do anyway is in the CPU costs of older runs. */
function costs(a: Run, b: Run): Difference[] {
  const asked = [a, b].every(({ scenario: { metrics } }) => askForCost(metrics));
  const textOf = ({ idle }: Run): string => (idle === undefined ? "with what the machines do anyway" : "of the load alone");
  return asked ? [{ group: "scenario", name: "CPU costs", a: textOf(a), b: textOf(b) }] : [];
}

/** Modes that both were asked for and that are not there, or not able, alike. */
function modes(a: Run, b: Run): Difference[] {
  return a.modes.flatMap((one) => {
    const other = b.modes.find(({ mode }) => mode === one.mode);
    if (other === undefined) return [];
    // Runs from before it was written down say nothing of it.
    const known = one.rulesBackend !== undefined && other.rulesBackend !== undefined;
    return [{ group: "modes", name: one.mode, a: modeText(one, known), b: modeText(other, known) }];
  });
}

function modeText({ status, reason, unsupportedWorkloads, rulesBackend }: Run["modes"][number], withRules: boolean): string {
  const cannot = Object.keys(unsupportedWorkloads ?? {}).sort();
  return [
    reason === undefined ? status : `${status}: ${reason}`,
    ...(cannot.length === 0 ? [] : [`cannot carry ${cannot.join(", ")}`]),
    ...(withRules && rulesBackend !== undefined ? [`rules in ${rulesBackend}`] : []),
  ].join("; ");
}
