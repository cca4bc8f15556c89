/**
 * Where packets are lost: between which two counters, and by what that stands between them.
 * @packageDocumentation
 */
import type { HopRule, PacketHop, PacketWay } from "../model/packet-path.js";
import { plainCount } from "../units/format.js";

/** A network is never quite silent: so few packets less are no loss. */
const slack = (packets: number): number => Math.max(2, Math.round(packets * 0.05));

/**
 * The way with what its counters say of losses.
 * @param shared - namespaces whose counters hold others' packets too, as a cluster's nodes do
 */
export function withLoss(way: Omit<PacketWay, "loss">, shared: ReadonlySet<string>): PacketWay {
  const loss = byState(way) ?? byCounters(way.hops, shared);
  return { ...way, ...(loss === undefined ? {} : { loss }) };
}

type Loss = NonNullable<PacketWay["loss"]>;

/** The kernel's state says that the way ends before its end. */
function byState({ hops, ends }: Omit<PacketWay, "loss">): Loss | undefined {
  if (ends !== "dropped" && ends !== "rejected") return undefined;
  const at = hops.findLastIndex((hop) => hop.ends !== undefined);
  const end = hops[at];
  if (end === undefined) return undefined;
  const after = Math.max(
    0,
    hops.findLastIndex(({ counter }, index) => counter !== undefined && index < at),
  );
  const packets = hops[after]?.counter?.packets ?? 0;
  const lost = droppedBy(end)?.packets ?? packets;
  const counted = droppedBy(end) === undefined ? "" : `, ${plainCount(lost)} counted`;
  return { after, at, packets: Math.max(packets, lost), lost, says: `${placeOf(end)}: ${end.says}${counted}` };
}

/** A counter that has seen less than every one before it, of which one at least has counted nothing but the burst. */
function byCounters(hops: readonly PacketHop[], shared: ReadonlySet<string>): Loss | undefined {
  let after: number | undefined;
  let least: number | undefined;
  for (const [at, { in: name, counter }] of hops.entries()) {
    if (counter === undefined) continue;
    if (after !== undefined && least !== undefined && least - counter.packets > slack(least)) {
      const lost = least - counter.packets;
      return { after, at, packets: least, lost, says: saysOf(hops, after, at, lost) };
    }
    after = at;
    if (least !== undefined || !shared.has(name)) least = Math.min(least ?? counter.packets, counter.packets);
  }
  return undefined;
}

function saysOf(hops: readonly PacketHop[], after: number, at: number, lost: number): string {
  const between = hops.slice(after, at + 1);
  const rule = between.map((hop) => ({ hop, rule: droppedBy(hop) })).find((one) => one.rule !== undefined);
  if (rule?.rule !== undefined)
    return `${placeOf(rule.hop)}: \`${rule.rule.rule}\` in ${rule.rule.table} ${rule.rule.chain} drops packets, ${plainCount(rule.rule.packets ?? 0)} counted`;
  const dropping = between.find(({ counter }) => (counter?.dropped ?? 0) > 0);
  if (dropping !== undefined) return `${placeOf(dropping)}: it drops packets, ${plainCount(dropping.counter?.dropped ?? 0)} counted`;
  const [first, last] = [between[0], between.at(-1)];
  return `${plainCount(lost)} packets are lost between ${first === undefined ? "" : placeOf(first)} and ${last === undefined ? "" : placeOf(last)}`;
}

/** A rule of a hop that drops or rejects, and has counted packets. */
const droppedBy = ({ rules = [] }: PacketHop): HopRule | undefined =>
  rules.find(({ action, packets }) => (action === "drop" || /^reject|REJECT/.test(action)) && packets !== undefined && packets > 0);

/** A hop as sentences name it. */
export const placeOf = ({ in: name, kind, name: what }: PacketHop): string =>
  kind === "device" || kind === "qdisc" || kind === "fdb" ? `${what} in ${name}` : `${kind === "hook" ? what : kind} in ${name}`;
