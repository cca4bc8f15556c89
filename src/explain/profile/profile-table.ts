/**
 * All that reports say of a profile of one path, as data; and its stacks, laid on those of the host.
 * @packageDocumentation
 */
import { type MeasuredPath, samePath } from "../../model/path.js";
import type { Profile, ProfileTable } from "../../model/profile.js";
import { costUnit } from "./cost-unit.js";
import { type DifferenceNode, differenceTree } from "./difference-tree.js";
import { type Held, layerCosts } from "./layer-costs.js";
import { ownCosts } from "./own-cost.js";
import { stacksOf, treeOf } from "./stack-tree.js";
import { type Told, witnesses } from "./witnesses.js";

/**
 * The table; undefined where no profiled round has both paths.
 * @param told - what the waterfall says; undefined where there is none
 */
export function profileTable(profile: Profile, held: Held, told: Told | undefined): ProfileTable | undefined {
  const costs = layerCosts(profile, held);
  if (costs === undefined) return undefined;
  const { host, variant } = held;
  const isOne = (path: MeasuredPath): boolean => samePath(path, host) || samePath(path, variant);
  return {
    workload: profile.workload,
    unit: costUnit(profile.workload).unit,
    host,
    variant,
    rounds: costs.rounds,
    samples: profile.looks.filter(isOne).reduce((sum, { samples }) => sum + samples, 0),
    hertz: profile.hertz,
    total: costs.total,
    othersShare: costs.othersShare,
    layers: [...costs.layers],
    ownCosts: ownCosts(profile).filter(isOne),
    witnesses: told === undefined ? [] : [...witnesses(told, costs)],
  };
}

const NS_IN_US = 1_000;

/** The stacks of both in the unit of their table; undefined where one has none. */
export function laidStacks(profile: Profile, { host, variant }: Pick<Held, "host" | "variant">): DifferenceNode | undefined {
  const [ofHost, ofVariant] = [stacksOf(profile, host), stacksOf(profile, variant)];
  if (ofHost === undefined || ofVariant === undefined) return undefined;
  const { pieces } = costUnit(profile.workload);
  const scaled = ({ stacks, work }: typeof ofHost) => ({ tree: treeOf(stacks, "all"), by: work * pieces * NS_IN_US });
  return differenceTree(scaled(ofHost), scaled(ofVariant));
}
