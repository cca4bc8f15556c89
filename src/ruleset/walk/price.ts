/**
 * What a packet's look at rules costs, at what a rule costs on this machine.
 * @packageDocumentation
 */
import { RULE_COST_BACKENDS, type RuleCostBackend, type RuleCosts } from "../../model/rule-costs.js";
import type { WalkCost } from "../../model/rule-walk.js";
import type { Table } from "../ruleset.js";

/** By where they are kept: how many rules were looked at. `iptables` is of a file that does not say which of the two it was saved by. */
export type LookedBy = Readonly<Partial<Record<RuleCostBackend | "iptables", number>>>;

/** Where a table's rules are kept, and by which program. */
export function backendOf({ tool, backend, isOfIptables }: Table): RuleCostBackend | "iptables" {
  if (tool === "nft") return isOfIptables === true ? "iptables-nft" : "nft";
  if (backend === undefined) return "iptables";
  return backend === "legacy" ? "iptables-legacy" : "iptables-nft";
}

/**
 * The cost of the dearest of some ways; undefined where no rule was looked at, or a backend has no figure. Where it is not known which of two backends it is, the
 * interval holds those of both.
 */
export function costOf(ways: readonly LookedBy[], costs: RuleCosts): WalkCost | undefined {
  let dearest: WalkCost | undefined;
  for (const way of ways.filter((one) => Object.keys(one).length > 0)) {
    const one = costOfWay(way, costs);
    if (one === undefined) return undefined;
    if (dearest === undefined || one.nanoseconds > dearest.nanoseconds) dearest = one;
  }
  return dearest;
}

function costOfWay(looked: LookedBy, { backends, measured }: RuleCosts): WalkCost | undefined {
  const figures = new Map(
    backends.flatMap(({ backend, cost, measured: before = measured }) =>
      cost === undefined ? [] : [[backend, { ...cost, measured: before }] as const],
    ),
  );
  const used = new Set<RuleCostBackend>();
  let [nanoseconds, low, high] = [0, 0, 0];
  let oldest = measured;
  for (const [backend, count] of Object.entries(looked)) {
    const possible = RULE_COST_BACKENDS.filter((one) => one === backend || (backend === "iptables" && one !== "nft"));
    const known = possible.flatMap((one) => figures.get(one) ?? []);
    if (known.length < possible.length) return undefined;
    for (const one of possible) used.add(one);
    for (const one of known) if (one.measured < oldest) oldest = one.measured;
    nanoseconds += (count * known.reduce((sum, one) => sum + one.nanoseconds, 0)) / known.length;
    low += count * Math.min(...known.map((one) => one.low));
    high += count * Math.max(...known.map((one) => one.high));
  }
  return { nanoseconds, low, high, backends: [...used], measured: oldest };
}
