/**
 * Masks what tells where a run was made: addresses, hosts' and users' names, home folders. The same thing always gets the same mask,
 * so that a masked run can still be read.
 * @packageDocumentation
 */
import type { Conformance } from "../model/conformance.js";
import { type Inspection, inspectionSchema } from "../model/inspection.js";
import type { Matrix } from "../model/matrix.js";
import type { HopRule, PacketPath, PacketWay } from "../model/packet-path.js";
import type { RenderDiff } from "../model/render-diff.js";
import type { IdleReadings, Run, Telling } from "../model/run.js";
import type { Cell, Summary } from "../model/summary.js";

/** Replaces names and addresses in a text. */
export type Mask = (text: string) => string;

/** A copy of the run with every free text masked. Names of modes, paths, workloads and metrics stay: they are podwire's own words. */
export function anonymizeRun(run: Run, mask: Mask = maskOf(run)): Run {
  return {
    ...run,
    ...(run.inspection === undefined ? {} : { inspection: anonymizeInspection(run.inspection, mask) }),
    ...(run.partialReason === undefined ? {} : { partialReason: mask(run.partialReason) }),
    environment: maskedRecord(run.environment, mask),
    modes: run.modes.map((mode) => maskedPlace(mode, mask)),
    paths: run.paths.map((path) => maskedPlace(path, mask)),
    ...(run.matrix === undefined ? {} : { matrix: maskedMatrix(run.matrix, mask) }),
    ...maskedServiceCounts(run, mask),
    ...(run.profiles === undefined ? {} : { profiles: run.profiles.map((one) => maskedProfile(one, mask)) }),
    ...maskedGivenUp(run, mask),
    ...(run.idle === undefined ? {} : { idle: run.idle.map((one) => maskedIdle(one, mask)) }),
    observations: run.observations.map((one) => (one.error === undefined ? one : { ...one, error: mask(one.error) })),
    ...(run.searches === undefined ? {} : { searches: run.searches.map((search) => maskedSearch(search, mask)) }),
    ...maskedConformance(run, mask),
    raw: mapValues(run.raw, (one) => ({ ...one, argv: one.argv.map(mask), stdout: mask(one.stdout), stderr: mask(one.stderr) })),
  };
}

/** A profile holds names of functions; what its refusal holds is text. */
const maskedProfile = (profile: NonNullable<Run["profiles"]>[number], mask: Mask): NonNullable<Run["profiles"]>[number] =>
  "unprofiled" in profile ? { ...profile, unprofiled: mask(profile.unprofiled) } : profile;

const maskedIdle = (idle: IdleReadings, mask: Mask): IdleReadings =>
  idle.failure === undefined ? idle : { ...idle, failure: mask(idle.failure) };

const maskedGivenUp = ({ givenUp }: Pick<Run, "givenUp">, mask: Mask): Pick<Run, "givenUp"> =>
  givenUp === undefined ? {} : { givenUp: givenUp.map((one) => ({ ...one, reason: mask(one.reason) })) };

/** A mode or a path: why it is not there, and what it cannot carry. */
function maskedPlace<Place extends Pick<Run["modes"][number], "reason" | "unsupportedWorkloads" | "serviceFault">>(
  place: Place,
  mask: Mask,
): Place {
  const { reason, unsupportedWorkloads, serviceFault } = place;
  return {
    ...place,
    ...(serviceFault === undefined ? {} : { serviceFault: mask(serviceFault) }),
    ...(reason === undefined ? {} : { reason: mask(reason) }),
    ...(unsupportedWorkloads === undefined ? {} : { unsupportedWorkloads: mapValues(unsupportedWorkloads, mask) }),
  };
}

/** Names of nodes, and reasons; paths and metrics are podwire's words. */
function maskedMatrix({ pairs, odd }: Matrix, mask: Mask): Matrix {
  return {
    pairs: pairs.map((pair) => ({
      ...pair,
      from: mask(pair.from),
      to: mask(pair.to),
      ...(pair.reason === undefined ? {} : { reason: mask(pair.reason) }),
    })),
    odd: odd.map((one) => ({ ...one, node: mask(one.node) })),
  };
}

function maskedSearch(search: NonNullable<Run["searches"]>[number], mask: Mask) {
  const { error, unsupported } = search;
  return {
    ...search,
    ...(error === undefined ? {} : { error: mask(error) }),
    ...(unsupported === undefined ? {} : { unsupported: mask(unsupported) }),
    results: search.results.map((result) => (result.reason === undefined ? result : { ...result, reason: mask(result.reason) })),
  };
}

/** The same for a summary; `mask` is the one that its run was masked with, so that both read alike. */
export function anonymizeSummary(summary: Summary, mask: Mask): Summary {
  return {
    ...summary,
    ...(summary.partialReason === undefined ? {} : { partialReason: mask(summary.partialReason) }),
    modes: summary.modes.map((mode) => ({
      ...mode,
      ...(mode.reason === undefined ? {} : { reason: mask(mode.reason) }),
      cells: mode.cells.map((cell) => maskedCell(cell, mask)),
      ...(mode.underConditions === undefined ? {} : { underConditions: mode.underConditions.map((cell) => maskedCell(cell, mask)) }),
    })),
    environment: maskedRecord(summary.environment, mask),
    ...maskedGivenUp(summary, mask),
    ...(summary.inspection === undefined ? {} : { inspection: anonymizeInspection(summary.inspection, mask) }),
    ...(summary.matrix === undefined ? {} : { matrix: maskedMatrix(summary.matrix, mask) }),
    ...maskedServiceCounts(summary, mask),
    ...maskedConformance(summary, mask),
  };
}

/** Reasons, which hold the server's words; metrics are podwire's. */
function maskedServiceCounts({ serviceCounts }: Pick<Run, "serviceCounts">, mask: Mask): Pick<Run, "serviceCounts"> {
  if (serviceCounts === undefined) return {};
  const withReason = <Of extends { reason?: string | undefined }>(one: Of): Of =>
    one.reason === undefined ? one : { ...one, reason: mask(one.reason) };
  return { serviceCounts: serviceCounts.map((point) => ({ ...withReason(point), figures: point.figures.map(withReason) })) };
}

const maskedConformance = ({ conformance }: Pick<Run, "conformance">, mask: Mask): Pick<Run, "conformance"> =>
  conformance === undefined ? {} : { conformance: anonymizeConformance(conformance, mask) };

/** The same for what works: evidence and reasons. Names of checks and variants stay: they are podwire's own words. */
export function anonymizeConformance<Of extends Conformance>(conformance: Of, mask: Mask): Of {
  const variants = conformance.variants.map((variant) => ({
    ...variant,
    ...(variant.failure === undefined ? {} : { failure: { ...variant.failure, reason: mask(variant.failure.reason) } }),
    cells: variant.cells.map((cell) => ({
      ...cell,
      evidence: mask(cell.evidence),
      ...(cell.because === undefined ? {} : { because: mask(cell.because) }),
    })),
  }));
  return { ...conformance, variants };
}

/** The same for a packet's way. Kinds of hops, paths and modes stay: they are podwire's own words. */
export function anonymizePacketPath(found: PacketPath, mask: Mask): PacketPath {
  const { cluster, says, unread, request, reply } = found;
  return {
    ...found,
    ...(cluster === undefined ? {} : { cluster: mask(cluster) }),
    says: mask(says),
    ...(unread === undefined ? {} : { unread: unread.map(mask) }),
    request: maskedWay(request, mask),
    ...(reply === undefined ? {} : { reply: maskedWay(reply, mask) }),
  };
}

const maskedWay = (way: PacketWay, mask: Mask): PacketWay => ({
  ...way,
  packet: mask(way.packet),
  hops: way.hops.map((hop) => ({
    ...hop,
    in: mask(hop.in),
    name: mask(hop.name),
    says: mask(hop.says),
    ...(hop.packet === undefined ? {} : { packet: mask(hop.packet) }),
    ...(hop.rules === undefined ? {} : { rules: hop.rules.map((rule) => maskedRule(rule, mask)) }),
  })),
  ...(way.loss === undefined ? {} : { loss: { ...way.loss, says: mask(way.loss.says) } }),
});

/** Tables have few names, all of them the kernel's or a product's. */
const maskedRule = (rule: HopRule, mask: Mask): HopRule => ({
  ...rule,
  chain: mask(rule.chain),
  rule: mask(rule.rule),
  action: mask(rule.action),
});

const maskedCell = (cell: Cell, mask: Mask): Cell => (cell.reason === undefined ? cell : { ...cell, reason: mask(cell.reason) });

/** The mask for an inspection that stands alone: it tells its own names. */
export const inspectionMask = (inspection: Inspection): Mask => maskOf({ environment: {}, raw: {}, inspection });

/** The same for an inspection. Modes and products stay: they are podwire's words. */
export function anonymizeInspection(inspection: Inspection, mask: Mask): Inspection {
  const { cni, mode, kubeProxy } = inspection;
  // Every text in it may hold a node's name or an address; it is plain data, so that nothing is left out.
  return { ...inspectionSchema.parse(maskedDeeply(inspection, mask)), cni, mode, kubeProxy };
}

/**
 * What documents would change, with every text masked that may hold a name or an address. Targets and modes stay: they are podwire's words.
 * @param nodes - names of the nodes that the documents are for
 */
export function anonymizeRenderDiff(diff: RenderDiff, nodes: readonly string[]): RenderDiff {
  const { against, documents, order } = diff;
  const named = nodes.map((node, index) => [`node.${String(index)}`, node] as const);
  const context = against.kind === "cluster" ? [["context", against.name] as const] : [];
  const mask = maskOf({ environment: Object.fromEntries([...named, ...context]), raw: {} });
  return {
    ...diff,
    against: { ...against, name: mask(against.name) },
    documents: documents.map(({ what, lines, note, change }) => ({
      what: mask(what),
      change,
      lines: lines.map(mask),
      ...(note === undefined ? {} : { note: mask(note) }),
    })),
    order: order.map(({ step, why, commands }) => ({ step: mask(step), why: mask(why), commands: commands.map(mask) })),
  };
}

/** A value with every text in it masked; what is no text stays, and so do keys. */
function maskedDeeply(value: unknown, mask: Mask): unknown {
  if (typeof value === "string") return mask(value);
  if (Array.isArray(value)) return value.map((one) => maskedDeeply(one, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskedDeeply(one, mask)]));
}

const mapValues = <Value, Result>(record: Readonly<Record<string, Value>>, change: (value: Value) => Result): Record<string, Result> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/** Values and keys masked. */
function maskedRecord(record: Readonly<Record<string, string>>, mask: Mask): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [mask(key), mask(value)]));
}

const NAME_KEYS =
  /(?:^|[._-])(?:context|namespace|node\.\w+|host(?:name)?|fqdn|domain|node(?:name)?|machine(?:-?id)?|user(?:name)?|login|serial|uuid)$/i;
/** Words that stand in names' places and tell nothing; masking them would only spoil the texts. */
const TELLING_NOTHING = new Set([
  // Namespaces that every cluster has.
  "default",
  "kube-system",
  "localhost",
  "localdomain",
  "root",
  "host",
  "node",
  "pod",
  "user",
  "debian",
  "ubuntu",
  "linux",
  "unknown",
  "none",
  "true",
  "false",
  "yes",
  "no",
]);

const IPV4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]*\d)/g;
const IPV6 =
  /(?<![\w:.])(?:(?:[\da-f]{1,4}:){7}[\da-f]{1,4}|(?=(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:]))(?:[\da-f]{1,4}(?::[\da-f]{1,4})*)?::(?:[\da-f]{1,4}(?::[\da-f]{1,4})*)?)(?![\w:])/gi;
const MAC = /(?<![\da-f:-])[\da-f]{2}(?:([:-])[\da-f]{2})(?:\1[\da-f]{2}){4}(?![\da-f:-])/gi;
const MAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const DOMAIN =
  /(?<![\w./-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|net|org|io|dev|cloud|eu|de|at|ch|fr|nl|uk|us|internal|local|localdomain|lan|corp|home|intranet|example|test|invalid)(?![\w-]|\.\w)/gi;
const HOME = /(\/(?:home|Users)\/)([^/\s"':]+)/g;
/** Who asked, in the API server's words. */
const USER = /\b(User ")([^"]+)(?=")/g;
/**
 * A rule's comment, as iptables and nft print and take it: in quotation marks, as one bare word, in JSON, or between slashes and stars. It ends where its
 * quotation ends, so that a mark (`0x4000/0x4000`) or a prefix behind it is left alone.
 */
const RULE_COMMENT = /\bcomment(?:\\?["'])?[ =:]+(?:\\?"[^"\n]*|'[^'\n]*|[^\s"'\\-][^\s"']*)|\/\* [^*\n]*/g;
/** Whose a rule is, as kube-proxy and Calico write into its comment: the namespace and the name of a Service or a policy. */
const RULE_OWNER = /(?<![\w./-])([a-z0-9][\w.-]*)\/([a-z0-9][\w.-]*)/g;
/** The same in names of kube-proxy's chains (nftables): `service-2QRHZV4L-NAMESPACE/NAME/tcp/PORT`. */
const RULE_CHAIN = /(?<=\b[a-z]+-[A-Z2-7]{8}-)([a-z0-9][\w.-]*)\/([a-z0-9][\w.-]*)(?=\/)/g;
/** The node's name as uname prints it, which iperf3 keeps in its output: `Linux NAME 6.1.0-...`. */
const UNAME = /\bLinux ([A-Za-z0-9][A-Za-z0-9.-]*) \d+\.\d+/g;

/** podwire's own addresses: RFC 2544's range and RFC 5180's, loopback, and the unspecified address. They are the same everywhere. */
const OWN_ADDRESS = /^(?:198\.1[89]\.|127\.|0\.0\.0\.0$)|^::1?$|^fd00:198:18:|^2001:0{0,3}2:0{0,4}:/i;
/** podwire's own locally administered MAC addresses, and the two that name no machine. */
const OWN_MAC = /^(?:02:70:77:00:|00:00:00:00:00:00$|ff:ff:ff:ff:ff:ff$)/i;

/** The mask for everything of these runs, which tell what names there are. */
export function maskOf(...runs: readonly Telling[]): Mask {
  const masks = new Map<string, string>();
  const counts = new Map<string, number>();
  const masked = (kind: string, original: string): string => {
    const key = `${kind} ${original.toLowerCase()}`;
    const known = masks.get(key);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    masks.set(key, `${kind}-${String(count)}`);
    return `${kind}-${String(count)}`;
  };
  const names = [...new Set(runs.flatMap(namesOf))]
    .filter((name) => name.trim().length >= 2 && !/^\d+$/.test(name) && !TELLING_NOTHING.has(name.toLowerCase()))
    // Longest first: a name within another must not be found before it.
    .sort((one, other) => other.length - one.length);
  const known =
    names.length === 0
      ? undefined
      : new RegExp(`(?<![\\w-])(?:${names.map((name) => name.replace(/[^\w]/g, "\\$&")).join("|")})(?![\\w-])`, "gi");
  const named = (name: string): string =>
    TELLING_NOTHING.has(name.toLowerCase()) || /^name-\d+$|^[\d.]+$/.test(name) ? name : masked("name", name);
  const owner = (_all: string, namespace: string, name: string): string => `${named(namespace)}/${named(name)}`;
  return (text) => {
    const withoutNames = known === undefined ? text : text.replace(known, (name) => masked("name", name));
    return withoutNames
      .replace(RULE_COMMENT, (comment) => comment.replace(RULE_OWNER, owner))
      .replace(RULE_CHAIN, owner)
      .replace(MAIL, (mail) => masked("mail", mail))
      .replace(MAC, (mac) => (OWN_MAC.test(mac) ? mac : masked("mac", mac)))
      .replace(IPV4, (address) => (OWN_ADDRESS.test(address) ? address : masked("address", address)))
      .replace(IPV6, (address) => (OWN_ADDRESS.test(address) ? address : masked("address", address)))
      .replace(DOMAIN, (domain) => masked("name", domain))
      .replace(USER, (_all, before: string, user: string) => `${before}${named(user)}`)
      .replace(HOME, (_all, folder: string, user: string) => `${folder}${named(user)}`);
  };
}

/** Names that the run itself tells: in its environment, in what uname printed, in paths of home folders, and a cluster's nodes and policies. */
function namesOf(run: Telling): readonly string[] {
  const texts = [
    ...Object.values(run.environment),
    ...Object.values(run.raw).flatMap(({ argv, stdout, stderr }) => [...argv, stdout, stderr]),
  ];
  const named = Object.entries(run.environment).flatMap(([key, value]) =>
    NAME_KEYS.test(key) ? [value, ...(value.includes(".") ? [value.split(".")[0] ?? ""] : [])] : [],
  );
  const printed = texts.flatMap((text) => [...text.matchAll(UNAME)].map(([, name]) => name ?? ""));
  const homes = texts.flatMap((text) => [...text.matchAll(HOME)].map(([, , user]) => user ?? ""));
  const nodes = [...nodeNames(run.inspection), ...(run.matrix?.pairs ?? []).flatMap(({ from, to }) => [from, to])];
  const firstParts = nodes.flatMap((node) => (node.includes(".") ? [node.split(".")[0] ?? ""] : []));
  const { policies: onPods = [], onNodes = [], undecided = [] } = run.inspection?.policiesInForce ?? {};
  const policies = [...onPods, ...onNodes, ...undecided].flatMap(({ namespace, name }) => [name, namespace ?? ""]);
  return [...named, ...printed, ...homes, ...nodes, ...firstParts, ...policies];
}

/** Nodes' names, as far as an inspection has them. */
function nodeNames(inspection: Inspection | undefined): readonly string[] {
  if (inspection === undefined) return [];
  const { nodes, podCidrs, deep = [], evidence } = inspection;
  const read = evidence.flatMap(({ from }) => /\b(?:on|e\.g\.|of node) (\S+)$/.exec(from)?.[1] ?? []);
  return [
    ...nodes.flatMap(({ examples }) => examples),
    ...podCidrs.examples.map(({ node }) => node),
    ...deep.map(({ node }) => node),
    ...read,
  ];
}
