/**
 * What a node's facts say for a change.
 * @packageDocumentation
 */
import type { Evidence, PlannedStep, Proposal, Weight } from "./contract.js";
import type { DeviceFacts, NodeFacts } from "./facts.js";

/** By how much a counter grew between the two readings; 0 where there was one reading or no such counter. */
export const growthOf = (node: NodeFacts, counter: string): number => node.growth?.grown[counter] ?? 0;

/** Evidence from a counter: strong where it grows, some where it has ever counted, none where it stands at 0. */
export function counted(node: NodeFacts, counter: string, meaning: string): Evidence {
  const grown = growthOf(node, counter);
  if (grown > 0)
    return { weight: "strong", says: `${counter} grew by ${String(grown)} in ${String(node.growth?.seconds ?? 0)} s: ${meaning}` };
  const total = node.counters[counter] ?? 0;
  if (total > 0) return { weight: "some", says: `${counter} is ${String(total)} and does not grow now: ${meaning}, at some time` };
  return { weight: "none", says: `${counter} stands at 0` };
}

/** The heavier of two. */
export const heavier = (a: Evidence, b: Evidence): Evidence => (ORDER[a.weight] <= ORDER[b.weight] ? a : b);

/** Strong first. */
export const ORDER: Readonly<Record<Weight, number>> = { strong: 0, some: 1, none: 2 };

/** The steps that change something, or what there is instead of them. */
export function proposalOf(steps: readonly PlannedStep[], evidence: Evidence): Proposal {
  const [first, ...rest] = steps.filter(({ now, wanted }) => now !== wanted);
  return first === undefined ? { kind: "so" } : { kind: "steps", evidence, steps: [first, ...rest] };
}

/** A step of one sysctl to a value; none where the kernel or the namespace lacks it. */
export function sysctlStep(node: NodeFacts, name: string, wanted: string): readonly PlannedStep[] {
  const now = node.sysctls[name];
  return now === undefined ? [] : [{ knob: { kind: "sysctl", name }, now, wanted }];
}

/** Devices that carry packets: everything that is up but loopback. */
export const carrying = ({ devices }: NodeFacts): readonly DeviceFacts[] => devices.filter(({ name, up }) => up && name !== "lo");

/** A card: what the kernel has no link kind for, or the lab's stand-in for one, a veth that is called as a card is. */
export const isCard = ({ kind, name, up }: DeviceFacts): boolean =>
  up && name !== "lo" && (kind === undefined || (kind === "veth" && /^e(?:th|n)\w/.test(name)));

/** A number that the kernel prints; NaN where it prints none. */
export const numberOf = (text: string | undefined): number => (text === undefined || text.trim() === "" ? Number.NaN : Number(text));
