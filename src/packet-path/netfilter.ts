/**
 * The rules that a packet meets at a hook, and what connection tracking remembers.
 * @packageDocumentation
 */
import type { HopRule, PacketHop } from "../model/packet-path.js";
import type { WalkStep } from "../model/rule-walk.js";
import type { Hook } from "../ruleset/ruleset.js";
import type { PacketState, Range } from "../ruleset/walk/state.js";
import { type HookEnd, hasChains, meetsBothBackends, throughHook } from "../ruleset/walk/walk.js";
import { type Counts, type NamespaceFacts, type NetworkFacts, ruleKey } from "./facts.js";
import { addressOf, bare, factsOf, samePacket, type Translation, type Travelling, wordsOf } from "./travelling.js";

/** What a hook does. */
export interface Hooked {
  readonly hops: readonly PacketHop[];
  readonly packet: Travelling;
  readonly passes: boolean;
}

/** The devices that rules see. */
export interface Devices {
  readonly in?: string;
  readonly out?: string;
  readonly routed?: "local" | "forward";
}

/** Leads a packet through the chains of a hook. A hook without chains is no hop. */
export function atHook(network: NetworkFacts, name: string, hook: Hook, packet: Travelling, devices: Devices): Hooked {
  const facts = factsOf(network, name);
  const { rulesUnread } = facts;
  if (rulesUnread !== undefined)
    return {
      hops: [{ in: name, kind: "hook", name: hook, says: `its rules cannot be read (${rulesUnread})${ONLY_COUNTERS}` }],
      packet,
      passes: true,
    };
  const state = seen(packet.state, facts, devices);
  if (!hasChains(facts.ruleset, state, hook)) return { hops: [], packet, passes: true };
  const ends = throughHook(facts.ruleset, state, hook);
  const { end, sure } = likeliest(ends, network.counts, name);
  // Which devices rules have seen says nothing of the packet itself.
  const left = masqueraded(facts, devices.out, { ...packet, state: { ...end.state, packet: packet.state.packet } });
  const verdict = sure ? end.verdict : "unknown";
  const hop: PacketHop = {
    in: name,
    kind: "hook",
    name: hook,
    says: `${saysOf(hook, end, ends.length, sure)}${meetsBothBackends(facts.ruleset, state, hook) ? BOTH_BACKENDS : ""}`,
    looked: end.looked,
    rules: end.steps.map((step) => ruleOf(step, network.counts, name)),
    ...(samePacket(packet, left) ? {} : { packet: wordsOf(left) }),
    ...(verdict === "accept" ? {} : { ends: verdict === "drop" ? "dropped" : verdict === "reject" ? "rejected" : "unknown" }),
  };
  return { hops: [hop], packet: left, passes: verdict === "accept" };
}

const BOTH_BACKENDS = "; legacy tables and nf_tables both have rules here, and the kernel calls both";

/** What is said where something decides that is not read. */
const ONLY_COUNTERS = ": what they decide is not known, the next counters tell";

/** The address that masquerading takes: the first of the device by which the packet leaves. */
function masqueraded({ links }: NamespaceFacts, device: string | undefined, packet: Travelling): Travelling {
  if (!packet.state.masqueraded) return packet;
  const own = links
    .find(({ name }) => name === device)
    ?.addresses.find((text) => addressOf(text).family === packet.state.packet.source.family);
  if (own === undefined) return packet;
  const { value } = addressOf(own);
  return { ...packet, state: { ...packet.state, masqueraded: false, source: { from: value, to: value }, sourcePort: undefined } };
}

/** What rules of this namespace can know of a packet. */
function seen(state: PacketState, { links }: NamespaceFacts, devices: Devices): PacketState {
  const own = new Set(links.flatMap(({ addresses }) => addresses.map((text) => addressOf(text).value)));
  return { ...state, packet: { ...bare(state.packet), ...devices }, owns: (address) => own.has(address) };
}

/** Of several ways the one that the counted packets took: where its rules counted. Without such a one it cannot be told. */
function likeliest(ends: readonly HookEnd[], counts: Counts, name: string): { readonly end: HookEnd; readonly sure: boolean } {
  const [only] = ends;
  if (only === undefined) throw new Error("a hook has no end");
  const alike = ends.every(({ verdict, state }) => verdict === only.verdict && sameState(state, only.state));
  if (alike) return { end: only, sure: true };
  const scored = ends.map((end) => ({
    end,
    score: Math.min(...end.steps.map((step) => countOf(step, counts, name) ?? Number.POSITIVE_INFINITY)),
  }));
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
  const rivals = scored.filter(({ score }) => score === best.score);
  return { end: best.end, sure: rivals.length === 1 && best.score > 0 && best.end.verdict !== "unknown" };
}

const sameState = (one: PacketState, other: PacketState): boolean =>
  sameRange(one.source, other.source) &&
  sameRange(one.destination, other.destination) &&
  sameRange(one.sourcePort, other.sourcePort) &&
  sameRange(one.destinationPort, other.destinationPort) &&
  one.mark === other.mark &&
  one.masqueraded === other.masqueraded &&
  one.redirected === other.redirected;

const sameRange = (one: Range | undefined, other: Range | undefined): boolean => one?.from === other?.from && one?.to === other?.to;

function countOf({ table, chain, rule, line }: WalkStep, { rules }: Counts, name: string): number | undefined {
  return rules.get(ruleKey(name, table, chain, line ?? rule));
}

function ruleOf(step: WalkStep, counts: Counts, name: string): HopRule {
  const { table, chain, rule, action, line } = step;
  const packets = countOf(step, counts, name);
  return { table, chain, rule, action, ...(line === undefined ? {} : { line }), ...(packets === undefined ? {} : { packets }) };
}

function saysOf(hook: Hook, { steps, verdict, looked, conditions }: HookEnd, ways: number, sure: boolean): string {
  const last = steps.at(-1);
  const where = last === undefined ? "" : ` in ${last.table} ${last.chain}`;
  const way = conditions.length === 0 ? "" : `; where ${conditions.join(" and ")}`;
  if (!sure) return `cannot tell: ${String(ways)} ways through the rules, and no counter says which one the packets took`;
  if (verdict === "drop") return `dropped by \`${last?.rule ?? ""}\`${where}${way}`;
  if (verdict === "reject") return `rejected by \`${last?.rule ?? ""}\`${where}${way}`;
  return `${String(looked)} ${looked === 1 ? "rule is" : "rules are"} looked at, ${hook} passes it${way}`;
}

/** A translation that a hook made, if it made one. */
export function translationOf(name: string, before: Travelling, after: Travelling): Translation | undefined {
  const moved = !sameRange(before.state.source, after.state.source) || !sameRange(before.state.destination, after.state.destination);
  const ports = !sameRange(before.state.destinationPort, after.state.destinationPort);
  return moved || ports ? { in: name, before: before.state, after: after.state } : undefined;
}

/** Whether a packet answers what left a namespace in this state. */
function answers({ source, destination, sourcePort }: PacketState, { after }: Translation): boolean {
  return (
    sameRange(source, after.destination) &&
    sameRange(destination, after.source) &&
    (sourcePort === undefined || after.destinationPort === undefined || sameRange(sourcePort, after.destinationPort))
  );
}

/**
 * What connection tracking does to an answer: before routing its destination becomes the asker's again, behind it its source the address that was asked
 * (Linux net/netfilter/nf_nat_core.c, nf_nat_packet).
 */
export function translatedBack(packet: Travelling, name: string, side: "destination" | "source", all: readonly Translation[]): Hooked {
  // What is not tracked belongs to no connection.
  if (packet.state.untracked) return { hops: [], packet, passes: true };
  const found = all.find(
    (one) => one.in === name && (side === "destination" ? answers(packet.state, one) : answersInside(packet.state, one)),
  );
  if (found === undefined) return { hops: [], packet, passes: true };
  const { before } = found;
  const state: PacketState =
    side === "destination"
      ? { ...packet.state, destination: before.source, destinationPort: before.sourcePort ?? packet.state.destinationPort }
      : { ...packet.state, source: before.destination, sourcePort: before.destinationPort ?? packet.state.sourcePort };
  const left = { ...packet, state };
  if (samePacket(packet, left)) return { hops: [], packet, passes: true };
  return {
    hops: [
      {
        in: name,
        kind: "connection",
        name: side === "destination" ? "before routing" : "behind routing",
        says: `connection tracking knows whose answer this is: its ${side} becomes ${side === "destination" ? "the asker's" : "the address that was asked"} again`,
        packet: wordsOf(left),
      },
    ],
    packet: left,
    passes: true,
  };
}

/** Behind routing the destination is the asker's again already. */
const answersInside = ({ source, destination, sourcePort }: PacketState, { before, after }: Translation): boolean =>
  sameRange(source, after.destination) &&
  sameRange(destination, before.source) &&
  (sourcePort === undefined || after.destinationPort === undefined || sameRange(sourcePort, after.destinationPort));
