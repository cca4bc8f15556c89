/**
 * Two witnesses: what the waterfall measured by leaving a layer out, and what the profile saw by looking at the CPUs.
 *
 * A layer's functions are not all that it costs: a packet that passes one device more is received and sent once more too, in parts that every network has. So
 * the two are held against each other by whether they see a cost, and the figures stand beside.
 * @packageDocumentation
 */
import type { Points } from "../../model/explanation.js";
import type { Agreement, Estimate, LayerCost, Testimony, Witnessed } from "../../model/profile.js";
import { isOfTheWay, type ProfileLayer, RULES } from "./symbol-table.js";

/** What a waterfall says: of one step, which may be several layers, in points of the host's figure. */
export interface Told {
  readonly better: "higher" | "lower";
  readonly effects: readonly (Points & { readonly layers: readonly string[] })[];
  /** What layers cost together, with the interval of that; undefined where it is not known. */
  readonly costOf: (layers: readonly string[]) => Points | undefined;
}

/** What a profile saw. */
export interface Saw {
  readonly layers: readonly LayerCost[];
  /** By how much layers cost more than on the host together, with the interval of that. */
  readonly differenceOf: (layers: readonly string[]) => Estimate;
}

/** Layers of the waterfall by the profile's layer that has their functions. */
const PROFILED: Readonly<Record<string, ProfileLayer>> = {
  "namespace-veth": "namespace-veth",
  routing: "routing",
  "ebpf-routing": "bpf",
  bridge: "bridge",
  "br-netfilter": "br-netfilter",
  conntrack: "conntrack",
  masquerade: "masquerade",
  encapsulation: "encapsulation",
  offload: "offload",
  crypto: "crypto",
  // Address translation is the same code for both.
  "service-nat": "masquerade",
};

/** The profile's layer for one of the waterfall's; undefined where a layer has no functions, as a smaller MTU has none. */
const profiledLayer = (layer: string): ProfileLayer | undefined => (layer.startsWith(`${RULES}:`) ? RULES : PROFILED[layer]);

/** Both on every step of the waterfall, in its order; then on layers that the profile alone names, the largest difference first. */
export function witnesses(told: Told, saw: Saw): readonly Witnessed[] {
  const groups = told.effects.reduce(joined, []);
  const named = new Set<string>(groups.flatMap(({ profiled }) => [...profiled]));
  const alone = saw.layers.filter(({ layer }) => isOfTheWay(layer) && !named.has(layer));
  return [...groups, ...alone.map(({ layer }): Group => ({ effects: [], profiled: new Set([layer]) }))].map((group) =>
    witnessed(group, told, saw),
  );
}

/** Steps that the profile cannot tell apart. */
interface Group {
  readonly effects: Told["effects"];
  readonly profiled: ReadonlySet<string>;
}

/** Puts a step to the groups that share a layer of the profile with it, which are one then. */
function joined(groups: readonly Group[], effect: Told["effects"][number]): readonly Group[] {
  const own = new Set<string>(effect.layers.flatMap((layer) => profiledLayer(layer) ?? []));
  const sharing = groups.filter(({ profiled }) => [...own].some((layer) => profiled.has(layer)));
  const one: Group = {
    effects: [...sharing.flatMap((group) => group.effects), effect],
    profiled: new Set([...sharing.flatMap(({ profiled }) => [...profiled]), ...own]),
  };
  const [first] = sharing;
  if (first === undefined) return [...groups, one];
  return groups.flatMap((group) => (group === first ? [one] : sharing.includes(group) ? [] : [group]));
}

function witnessed({ effects, profiled }: Group, told: Told, { layers, differenceOf }: Saw): Witnessed {
  const own = effects.flatMap((one) => one.layers);
  // Several steps are held together by the rounds that all of them have: their own intervals added up would be too wide.
  const points = effects.length > 1 ? told.costOf(own) : effects[0];
  const seen = layers.filter(({ layer }) => profiled.has(layer)).map(({ layer }) => layer);
  const difference = seen.length === 0 ? undefined : differenceOf(seen);
  const says = profiled.size === 0 ? "blind" : testimonyOf(difference);
  const waterfall = points === undefined ? undefined : testified(points, told.better);
  return {
    layers: own,
    profiled: [...profiled],
    ...(waterfall === undefined ? {} : { waterfall }),
    profile: { ...(difference === undefined ? {} : { difference }), says },
    agreement: agreementOf(waterfall?.says ?? "blind", says),
  };
}

/** Of a rate a loss is below 0, of a time and of a cost above. */
function testified({ points, low, high }: Points, better: Told["better"]): NonNullable<Witnessed["waterfall"]> {
  const [below, above] = better === "higher" ? (["costs", "saves"] as const) : (["saves", "costs"] as const);
  return { points, low, high, says: high < 0 ? below : low > 0 ? above : "unclear" };
}

/** More CPU time is a cost. A layer that was not seen once takes none that could be told. */
function testimonyOf(difference: Estimate | undefined): Testimony {
  if (difference === undefined || difference.low === null || difference.high === null) return "unclear";
  return difference.low > 0 ? "costs" : difference.high < 0 ? "saves" : "unclear";
}

const isClear = (says: Testimony): boolean => says === "costs" || says === "saves";

function agreementOf(waterfall: Testimony, profile: Testimony): Agreement {
  if (isClear(waterfall) && isClear(profile)) return waterfall === profile ? "agree" : "disagree";
  if (isClear(waterfall)) return "only the waterfall";
  return isClear(profile) ? "only the profile" : "neither";
}
