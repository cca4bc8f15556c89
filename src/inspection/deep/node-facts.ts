/**
 * From what the privileged look printed on a node to facts, by topic.
 * @packageDocumentation
 */
import type { DeepFact, KubeProxyMode } from "../../model/inspection.js";
import { parseLinks } from "../pods/links.js";
import { type Answers, printedOf, type Question, written } from "../pods/look.js";
import { fields, list } from "../sift.js";
import type { Seen } from "../traits.js";
import { conntrackCounts, forwardedCounts, linkCounts, softnetCounts } from "./counters.js";
import { datapathOf } from "./datapath.js";
import { problemsOf } from "./problems.js";
import * as ask from "./questions.js";
import { nftSizes, savedSizes, type TableSize } from "./rulesets.js";

/** What a node was asked: once, and its counters again some seconds later. */
export interface DeepLook {
  readonly once: Answers;
  readonly before: Answers;
  readonly after: Answers;
}

/** Facts, and what could not be read. */
export interface NodeFacts {
  readonly facts: DeepFact[];
  readonly problems: string[];
  /** What they show of a product's datapath. */
  readonly seen: Seen;
  /** Who enforces network policies, by the rules. */
  readonly enforces?: string;
  /** kube-proxy's mode, by the rules; absent where they could not be read. */
  readonly kubeProxy?: Exclude<KubeProxyMode, "unknown">;
}

/** Links that packets between nodes pass: cards, tunnels, bridges. Pods' own links are left out. */
export function devicesOf(before: Answers): readonly string[] {
  const links = parseLinks(printedOf(before, ask.DEEP_LINKS) ?? "") ?? [];
  return links
    .filter(({ kind, name, up, master }) => up && name !== "lo" && (isCard(kind, name) || (kind !== "veth" && master === undefined)))
    .map(({ name }) => name);
}

/** Links whose filters are asked for: those, and one pod's, since programs at pods' links are alike. */
export function filteredDevicesOf(before: Answers): readonly string[] {
  const links = parseLinks(printedOf(before, ask.DEEP_LINKS) ?? "") ?? [];
  const own = devicesOf(before);
  const pods = links.filter(({ kind, name, up, lower }) => kind === "veth" && up && lower === undefined && !isCard(kind, name));
  return [...own, ...pods.slice(0, 1).map(({ name }) => name)];
}

const isCard = (kind: string | undefined, name: string): boolean => kind === undefined || (kind === "veth" && /^e(?:th|n)/.test(name));

/** All facts of a node. */
export function nodeFacts(look: DeepLook): NodeFacts {
  const devices = devicesOf(look.before);
  const printed = (question: Question): string | undefined => printedOf(look.once, question) ?? printedOf(look.before, question);
  const datapath = datapathOf(printed, filteredDevicesOf(look.before));
  return {
    facts: [
      ...datapath.facts,
      ...rulesets(look.once),
      ...sysctls(look.once),
      ...devices.flatMap((device) => offloads(look.once, device)),
      ...qdiscs(look.once, devices),
      ...interrupts(look.once, devices),
      ...rps(look.once, devices),
      ...conntrack(look.once),
      ...drops(look, devices),
    ],
    problems: problemsOf(look),
    seen: datapath.seen,
    ...(datapath.enforces === undefined ? {} : { enforces: datapath.enforces }),
    ...(datapath.kubeProxy === undefined ? {} : { kubeProxy: datapath.kubeProxy }),
  };
}

const fact = (topic: DeepFact["topic"], name: string, value: string, question: Question): DeepFact => ({
  topic,
  name,
  value,
  from: written(question),
});

function rulesets(once: Answers): DeepFact[] {
  const sizes: readonly (readonly [string, Question, readonly TableSize[]])[] = [
    ["nft", ask.NFT_RULES, nftSizes(printedOf(once, ask.NFT_RULES) ?? "") ?? []],
    ["iptables (nft)", ask.IPTABLES_RULES, savedSizes(printedOf(once, ask.IPTABLES_RULES) ?? "")],
    ["iptables (legacy)", ask.LEGACY_RULES, savedSizes(printedOf(once, ask.LEGACY_RULES) ?? "")],
  ];
  return sizes.flatMap(([tool, question, tables]) =>
    tables.map(({ table, chains, rules, elements }) =>
      fact(
        "ruleset",
        `${tool} ${table}`,
        `${String(rules)} rules in ${String(chains)} chains${elements > 0 ? `, ${String(elements)} elements of sets and maps` : ""}`,
        question,
      ),
    ),
  );
}

function sysctls(once: Answers): DeepFact[] {
  const text = printedOf(once, ask.SYSCTL_VALUES) ?? "";
  return [...text.matchAll(/^(\S+) = (.*)$/gm)].map(([, name = "", value = ""]) => ({
    topic: "sysctl" as const,
    name,
    value: value.replaceAll(/\s+/g, " ").trim(),
    from: "sysctl",
  }));
}

/** Features of ethtool that carry the load of a pod network. */
const FEATURES = [
  "rx-checksumming",
  "tx-checksumming",
  "scatter-gather",
  "tcp-segmentation-offload",
  "generic-segmentation-offload",
  "generic-receive-offload",
  "large-receive-offload",
  "tx-udp_tnl-segmentation",
  "tx-udp_tnl-csum-segmentation",
  "rx-gro-list",
  "rx-udp-gro-forwarding",
];

function offloads(once: Answers, device: string): DeepFact[] {
  const question = ask.offloadsOf(device);
  const text = printedOf(once, question) ?? "";
  const said = new Map([...text.matchAll(/^\s*([\w-]+): (on|off)/gm)].map(([, name = "", value = ""]) => [name, value]));
  const of = (value: string): string => FEATURES.filter((name) => said.get(name) === value).join(", ");
  if (said.size === 0) return [];
  return [fact("offload", device, [`on: ${of("on") || "none"}`, `off: ${of("off") || "none"}`].join("; "), question)];
}

function qdiscs(once: Answers, devices: readonly string[]): DeepFact[] {
  const all = list(json(printedOf(once, ask.QDISCS) ?? "")).map(fields);
  return devices.flatMap((device) => {
    const kinds = all.filter(({ dev }) => dev === device).map(({ kind }) => kind);
    const counted = [...new Set(kinds)].map(
      (kind) => `${String(kind)}${kinds.length > 1 ? ` (${String(kinds.filter((one) => one === kind).length)})` : ""}`,
    );
    return counted.length === 0 ? [] : [fact("qdisc", device, counted.join(", "), ask.QDISCS)];
  });
}

/** Interrupts of cards: by their names in /proc/interrupts, which drivers make from the device's name or their own. */
function interrupts(once: Answers, devices: readonly string[]): DeepFact[] {
  const [head = "", ...rows] = (printedOf(once, ask.INTERRUPTS) ?? "").split("\n");
  const cpus = head
    .trim()
    .split(/\s+/)
    .filter((word) => word.startsWith("CPU")).length;
  const allowed = printedOf(once, ask.IRQ_CPUS) ?? "";
  return rows.flatMap((row) => {
    const [number, ...words] = row.trim().split(/\s+/);
    const name = words.slice(cpus).join(" ");
    if (number === undefined || !/^\d+:$/.test(number) || !isCards(name, devices)) return [];
    const counts = words.slice(0, cpus).map(Number);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const busiest = Math.max(...counts);
    const may = new RegExp(`/irq/${number.slice(0, -1)}/smp_affinity_list:(.*)$`, "m").exec(allowed)?.[1];
    const share =
      total === 0
        ? "none yet"
        : `${String(total)}, ${String(Math.round((100 * busiest) / total))} % on CPU ${String(counts.indexOf(busiest))}`;
    return [fact("irq", `${number.slice(0, -1)} ${name}`, `${share}${may === undefined ? "" : `; may go to CPUs ${may}`}`, ask.INTERRUPTS)];
  });
}

const isCards = (name: string, devices: readonly string[]): boolean =>
  devices.some((device) => new RegExp(`(?:^|\\W)${device.replaceAll(/\W/g, "\\$&")}(?:\\W|$)`).test(name)) ||
  /virtio\d+-(?:in|out)put|mlx\d|nvmf|ena-mgmnt|gve-ntfy/.test(name);

function rps(once: Answers, devices: readonly string[]): DeepFact[] {
  const rows = (printedOf(once, ask.RPS) ?? "").split("\n").flatMap((line) => {
    const [, device, queue, mask] = /\/net\/([^/]+)\/queues\/(rx-\d+)\/rps_cpus:(.*)$/.exec(line) ?? [];
    return device === undefined || queue === undefined || mask === undefined ? [] : [{ device, queue, mask: mask.trim() }];
  });
  return devices.flatMap((device) => {
    const mine = rows.filter((row) => row.device === device);
    const set = mine.filter(({ mask }) => /[1-9a-f]/i.test(mask));
    if (mine.length === 0) return [];
    const value =
      set.length === 0 ? `off on ${String(mine.length)} queues` : set.map(({ queue, mask }) => `${queue} to CPUs ${mask}`).join(", ");
    return [fact("rps", device, value, ask.RPS)];
  });
}

function conntrack(once: Answers): DeepFact[] {
  const [count, max] = [ask.CONNTRACK_COUNT, ask.CONNTRACK_MAX].map((question) => printedOf(once, question)?.trim());
  if (count === undefined || max === undefined) return [];
  const share = Math.round((100 * Number(count)) / Number(max));
  return [fact("conntrack", "entries", `${count} of ${max}${Number.isFinite(share) ? ` (${String(share)} %)` : ""}`, ask.CONNTRACK_COUNT)];
}

/** Every counter with both of its readings. */
function drops({ before, after }: DeepLook, devices: readonly string[]): DeepFact[] {
  const readings: readonly (readonly [Question, (text: string) => Readonly<Record<string, number>>])[] = [
    [ask.DEEP_LINKS, (text) => linkCounts(text, devices)],
    [ask.SOFTNET, softnetCounts],
    [ask.CONNTRACK_STAT, conntrackCounts],
    [ask.FORWARDED, forwardedCounts],
  ];
  return readings.flatMap(([question, read]) => {
    const [one, other] = [before, after].map((answers) => printedOf(answers, question));
    if (one === undefined || other === undefined) return [];
    const later = read(other);
    return Object.entries(read(one)).map(
      ([name, count]): DeepFact => ({
        ...fact(question === ask.FORWARDED ? "datapath" : "drops", name, String(count), question),
        after: String(later[name] ?? count),
      }),
    );
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // tc prints nothing where there is no qdisc.
    return [];
  }
}
