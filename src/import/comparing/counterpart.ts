/**
 * The hosts' figures that pods' figures are compared with, or why there are none.
 * @packageDocumentation
 */
import { conditionsText } from "./conditions.js";
import type { Group } from "./groups.js";

const STATED = "stated";

/** What a group of pods' figures is compared with. */
export interface Counterpart {
  readonly host: Group;
  readonly weaknesses: readonly string[];
}

/** The hosts' figures for a group of pods' figures, or why there are none; `pods` are all groups of these. */
export function counterpart(pod: Group, all: readonly Group[], pods: readonly Group[]): Counterpart | string {
  const here = all.filter((host) => !areApart(host.section, pod.section));
  if (here.length === 0 && all.some((host) => alike(host.metric, pod.metric)))
    return "such figures between hosts stand in another chapter, about something else";
  const hosts = here.filter((host) => !answersItsOwnLine(host, pod, pods));
  if (hosts.length === 0 && here.some((host) => alike(host.metric, pod.metric)))
    return "the hosts' figure stands on one line with another figure of pods";
  if (isOneWayOfTwo(pod, hosts, pods))
    return "between hosts it was measured in both directions, and nothing says which of them belongs to it";
  return among(pod, hosts);
}

const BACK = "way back";
const goesBack = ({ figures }: Group): boolean => figures[0]?.conditions[BACK] !== undefined;

/** "node1 to node2: 9.4, node2 to node1: 9.3", and pods in one direction, or in none that is named. */
function isOneWayOfTwo(pod: Group, hosts: readonly Group[], pods: readonly Group[]): boolean {
  const same = (one: Group): boolean => alike(one.metric, pod.metric) && one.tool === pod.tool;
  const ways = new Set(hosts.filter(same).map(goesBack));
  return ways.size > 1 && !pods.some((one) => same(one) && goesBack(one));
}

const WHEN =
  /(?<!\p{L})(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?<!\p{L})(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lunes|martes|miércoles|jueves|viernes|lundi|mardi|mercredi|jeudi|vendredi|понедельник|вторник|среда|четверг|пятница|january|february|march|april|june|july|august|september|october|november|december)(?!\p{L})|周[一二三四五六日]|星期./giu;

/** `Cluster Oslo`, `the Rome site` */
const NAMED =
  /(?<!\p{L})(?:clusters?|sites?|data ?cent(?:er|re)s?|racks?|zones?|regions?|environments?|standorte?|кластер\p{L}*)\s(?<behind>[\p{L}\d-]+)|(?<before>[\p{L}\d-]+)\s(?:clusters?|sites?|data ?cent(?:er|re)s?|racks?|zones?|regions?|environments?)(?!\p{L})|(?<zh>[\p{L}\d-]{1,8})(?:集群|机房|环境)/giu;

const namesIn = (section: string): readonly string[] => [
  ...Array.from(section.matchAll(NAMED), ({ groups }) => groups?.["behind"] ?? groups?.["before"] ?? groups?.["zh"] ?? ""),
  ...Array.from(section.matchAll(WHEN), ([word]) => word),
];

/** Whether two chapters are of other clusters or days: `Cluster Oslo` and `Cluster Rome`, Monday and Tuesday. One that names none is about all. */
function areApart(one: string, other: string): boolean {
  if (one === other) return false;
  const [a, b] = [namesIn(one), namesIn(other)];
  return a.length > 0 && b.length > 0 && !a.some((word) => b.includes(word));
}

/** "tom: hosts 24 Gbit/s, pods 11" and below it "ina: pods 10.7": a hosts' statement whose line has a pods' figure of its own answers that one. */
const answersItsOwnLine = (host: Group, pod: Group, pods: readonly Group[]): boolean =>
  host.tool === STATED &&
  pod.tool === STATED &&
  host.row !== undefined &&
  host.row !== pod.row &&
  pod.role === "pod" &&
  pods.some((other) => other.role === "pod" && other.row === host.row && other.metric === host.metric && other.subject === pod.subject);

function among(pod: Group, hosts: readonly Group[]): Counterpart | string {
  const near = hosts.filter(({ subject }) => subject === pod.subject || subject === null);
  const exact = near.filter(
    (host) => host.metric === pod.metric && host.tool === pod.tool && host.conditions === pod.conditions && !otherToolsNamed(host, pod),
  );
  const own = exact.filter(({ subject, under }) => subject === pod.subject || under === pod.subject);
  const candidates = own.length > 0 ? own : exact;
  if (candidates.length > 0) {
    const host = nearest(pod, candidates);
    if (host === undefined) return "there are several such figures between hosts, and nothing says which of them belongs to it";
    return { host, weaknesses: own.length > 0 ? [] : ["the host's figure stands under no mode: it is taken as the baseline of all"] };
  }
  const loose = near.filter(
    (host) =>
      (host.tool === STATED || pod.tool === STATED) &&
      alike(host.metric, pod.metric) &&
      (host.tool === pod.tool ? host.conditions === pod.conditions && !otherToolsNamed(host, pod) : agree(host, pod)),
  );
  const [only, ...others] = loose;
  if (only !== undefined && others.length === 0) {
    return {
      host: only,
      weaknesses: [`${only.tool === STATED ? "the hosts'" : "the pods'"} figure is a statement: that it was measured alike is not known`],
    };
  }
  return missing(pod, hosts, near);
}

/** The one that belongs to it: the only one, else the only one in its row, under its heading, in its section, in its file. */
function nearest(pod: Group, hosts: readonly Group[]): Group | undefined {
  const ways: readonly ((host: Group) => boolean)[] = [
    () => true,
    (host) => pod.row !== undefined && host.row === pod.row,
    (host) => host.file === pod.file && host.section === pod.section && host.label === pod.label,
    (host) => host.file === pod.file && host.section === pod.section,
    (host) => host.section === pod.section && host.label === pod.label,
    (host) => host.file === pod.file,
  ];
  for (const way of ways) {
    const [only, ...others] = hosts.filter(way);
    if (only !== undefined && others.length === 0) return only;
  }
  return undefined;
}

/** A statement seldom says whether it is about TCP, or which latency. */
function alike(a: string, b: string): boolean {
  if (a === b) return true;
  const family = (metric: string): string => (metric === "throughput" ? "tcp" : metric === "latency" ? "latency.icmp" : metric);
  return family(a) === family(b);
}

/** Statements that name two different tools; one that names none may be of the other's. */
function otherToolsNamed(a: Group, b: Group): boolean {
  const [left, right] = [a, b].map(({ figures }) => figures[0]?.conditions["named tool"]);
  return left !== undefined && right !== undefined && left !== right;
}

/** Conditions that a statement and an output must both name or both leave out; of the others only what both name must be equal. */
const BOTH = ["direction", "statistic", "mtu", "size", "row", "column", "encryption", "stage", "label"];

function agree(a: Group, b: Group): boolean {
  const [left, right] = [a.figures[0]?.conditions ?? {}, b.figures[0]?.conditions ?? {}];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((name) =>
    BOTH.includes(name) || (left[name] !== undefined && right[name] !== undefined) ? left[name] === right[name] : true,
  );
}

function missing(pod: Group, hosts: readonly Group[], near: readonly Group[]): string {
  const same = hosts.filter(({ metric }) => metric === pod.metric);
  if (same.length === 0) return "there is no such figure between hosts";
  const elsewhere = same.filter((host) => !near.includes(host));
  if (elsewhere.length === same.length)
    return `such figures between hosts stand under another mode only: ${listed(elsewhere.map(({ subject }) => subject ?? "none"))}`;
  const tools = same.filter((host) => near.includes(host) && host.tool !== pod.tool);
  if (same.every((host) => !near.includes(host) || host.tool !== pod.tool))
    return `between hosts it was measured by ${listed(tools.map(({ tool }) => tool))} only, and tools are not compared`;
  const conditions = same
    .filter((host) => near.includes(host) && host.tool === pod.tool)
    .map((host) => conditionsText(host.figures[0]?.conditions ?? {}));
  return `between hosts it was measured under other conditions: ${listed(conditions)}`;
}

const listed = (names: readonly string[]): string => [...new Set(names)].sort().join(", ");
