/**
 * Puts samples to the looks in whose time they were taken.
 * @packageDocumentation
 */
import { groupBy } from "../../model/grouped.js";
import type { WorkloadName } from "../../model/metric.js";
import { type MeasuredPath, pathKey } from "../../model/path.js";
import type { Profile, ProfileLook, StackTree } from "../../model/profile.js";
import { foldStacks, layerTimes, type Tools } from "./fold.js";
import type { Sample } from "./samples.js";
import { NameTable, packStacks } from "./stack-tree.js";

/** A part of a load that was counted: when, in nanoseconds of the monotonic clock, and how much was done. */
export interface CountedLoad extends MeasuredPath {
  readonly round: number;
  readonly profiled: boolean;
  readonly from: number;
  readonly to: number;
  readonly work: number;
  readonly packets: number;
}

/** How samples were taken. */
export interface ProfilerSettings {
  readonly hertz: number;
  readonly workload: WorkloadName;
  readonly tools: Tools;
}

/** The profile of some loads. A sample that lies in none of them is left out; of several loads of a path in one round the sum is kept. */
export function assembleProfile(
  loads: readonly CountedLoad[],
  samples: readonly Sample[],
  { hertz, workload, tools }: ProfilerSettings,
): Profile {
  const taken = new Map<CountedLoad, Sample[]>(loads.map((load) => [load, []]));
  const ascending = loads.filter(({ profiled }) => profiled).sort((one, other) => one.from - other.from);
  for (const sample of samples) {
    const load = ascending.find(({ from, to }) => sample.time >= from && sample.time < to);
    if (load !== undefined) taken.get(load)?.push(sample);
  }
  const during = (some: readonly CountedLoad[]): readonly Sample[] => some.flatMap((load) => taken.get(load) ?? []);
  const names = new NameTable();
  const stacks = [...groupBy(ascending, pathKey).values()].map((ofPath): StackTree => {
    const [first] = ofPath;
    return {
      ...placeOf(first),
      work: ofPath.reduce((sum, { work }) => sum + work, 0),
      nodes: packStacks(foldStacks(during(ofPath), tools), names),
    };
  });
  const looks = [...groupBy(loads, (load) => `${String(load.round)} ${pathKey(load)}`).values()].map((some) =>
    lookOf(some, during(some), tools),
  );
  return { event: "cpu-clock", hertz, workload, looks, functions: names.names, stacks };
}

const placeOf = ({ mode, path }: MeasuredPath): MeasuredPath => ({ mode, path });

function lookOf(loads: readonly [CountedLoad, ...CountedLoad[]], samples: readonly Sample[], tools: Tools): ProfileLook {
  const [{ mode, path, round, profiled }] = loads;
  const sum = (of: (load: CountedLoad) => number): number => loads.reduce((total, load) => total + of(load), 0);
  return {
    mode,
    path,
    round,
    profiled,
    seconds: sum(({ from, to }) => (to - from) / 1e9),
    work: sum(({ work }) => work),
    packets: sum(({ packets }) => packets),
    samples: samples.length,
    layers: Object.fromEntries(layerTimes(samples, tools)),
  };
}
