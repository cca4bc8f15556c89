/**
 * A way through rules as far as it has been walked.
 * @packageDocumentation
 */
import type { WalkStep } from "../../model/rule-walk.js";
import type { Action, Chain, Hook } from "../ruleset.js";
import type { LookedBy } from "./price.js";
import type { PacketState } from "./state.js";
import type { BehindHooks, Station } from "./stations.js";

/** Where a packet is inside of a chain. */
export interface Frame {
  readonly chain: Chain;
  readonly next: number;
}

/** One way as far as it has been walked. Ways are never changed: a branch goes on from the same one. */
export interface Way {
  readonly state: PacketState;
  /** Hooks still to come; the first is the present one, whose chains from `station` on are still to come. */
  readonly hooks: readonly Hook[];
  /** What is decided behind the last hook. */
  readonly behind: BehindHooks;
  readonly station: number;
  readonly frames: readonly Frame[];
  /** Part of the present rule at which it goes on. */
  readonly part: number;
  readonly steps: readonly WalkStep[];
  /** How many rules were looked at, by where they are kept. */
  readonly lookedBy: LookedBy;
  readonly conditions: readonly string[];
  /** How many steps had been made when the first condition was met. */
  readonly common: number | undefined;
}

/**
 * Chains of type nat see the first packet of a tracked connection, and nothing once its side is translated. What comes by `lo` has its connection from the way
 * out, of which both sides are settled then (nf_conntrack_in, nf_nat_inet_fn).
 */
export function isCalled({ hook, chain: { base } }: Station, { packet, untracked, translated, looped }: PacketState): boolean {
  if (base?.type !== "nat") return true;
  if (untracked || looped === true || packet.state !== "NEW") return false;
  return hook === "prerouting" || hook === "output" ? !translated.destination : !translated.source;
}

/** The next rule of the present chain. */
export function advanced(way: Way): Way {
  const frames = way.frames.map((frame, index) => (index === way.frames.length - 1 ? { ...frame, next: frame.next + 1 } : frame));
  return { ...way, frames, part: 0 };
}

/** The same way, on which something must hold that cannot be told. */
export const condition = (way: Way, text: string): Way => ({
  ...way,
  conditions: [...way.conditions, text],
  common: way.common ?? way.steps.length,
});

/** Whether anything behind a match changes where the packet goes or what it becomes. */
export const decides = (parts: readonly Action[] | readonly { readonly kind: string }[]): boolean =>
  parts.some(({ kind }) => kind !== "match" && kind !== "pass");

/** How many rules were looked at in all. */
export const rulesLookedAt = ({ lookedBy }: Pick<Way, "lookedBy">): number =>
  Object.values(lookedBy).reduce((sum, count) => sum + count, 0);
