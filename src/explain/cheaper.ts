/**
 * What to run in place of a variant so as to save a layer, and what one gives up for it.
 * @packageDocumentation
 */
import type { Expectations } from "../model/conformance.js";
import type { Cheaper } from "../model/explanation.js";
import { ARGUMENT_SIGN, LAYER_SIGN } from "../model/variant.js";
import type { Topology } from "../model/wiring.js";
import { type Mode, NEEDS } from "../modes/contract.js";
import { MODES } from "../modes/index.js";
import { isMeasuredUnnamed } from "../modes/measured.js";
import { nameOf } from "../variants/placed-layers.js";
import { UnknownVariantError } from "../variants/unknown-variant.js";
import { resolveVariant, type Variant } from "../variants/variant.js";
import { ownerOfLayer } from "./layer-names.js";

/** A variant that lacks something, and what it costs to change to it. */
export type Replacement = Pick<Cheaper, "layers" | "instead" | "givesUp">;

const PLAIN: Topology = { nodes: 2, mtu: 1500 };

/** The nearest variant without a layer; undefined where podwire knows none. */
export function replacementFor(variant: Variant, layer: string): Replacement | undefined {
  const by = byLayer(variant, layer);
  if (by !== undefined) return { layers: [layer], instead: by.name, givesUp: givenUp(variant, by) };
  if (variant.layers.length > 0) return undefined;
  const mode = nearestWithout(variant.mode, layer);
  if (mode === undefined) return undefined;
  const kept = kindsOf(mode);
  const layers = layersOf(variant.mode).filter((one) => !kept.has(kindOf(one)));
  return { layers, instead: mode.name, givesUp: givenUp(variant, resolveVariant(mode.name)) };
}

/** Layers that are put on a mode, or taken in place of others, to save one of its own. */
const INSTEAD: Readonly<Record<string, readonly string[]>> = {
  conntrack: ["notrack-pods"],
  offload: ["tx-offload-on"],
  "service-nat": ["socket-lb", "kube-proxy-nftables"],
  "ruleset:kube-proxy": ["socket-lb", "kube-proxy-nftables"],
};

function byLayer({ mode, layers }: Variant, layer: string): Variant | undefined {
  const proxy = layers.find((one) => one.layer.carries === "services");
  for (const name of INSTEAD[layer] ?? []) {
    if (layers.some((one) => one.layer.name === name)) return undefined;
    const others = layers.filter((one) => one !== proxy).map(nameOf);
    const words = proxy === undefined ? [...layers.map(nameOf), name] : [...others, `${name}${ARGUMENT_SIGN}${String(proxy.count)}`];
    const found = standing([mode.name, ...words].join(LAYER_SIGN));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The variant of that name; undefined where the mode cannot carry its layers. */
function standing(name: string): Variant | undefined {
  try {
    return resolveVariant(name);
  } catch (error) {
    if (error instanceof UnknownVariantError) return undefined;
    throw error;
  }
}

/** Rules are of one kind, whoever wrote them. */
const kindOf = (layer: string): string => (ownerOfLayer(layer) === undefined ? layer : "ruleset");
const layersOf = (mode: Mode): string[] => mode.rungs(PLAIN).map(({ layer }) => layer);
const kindsOf = (mode: Mode): ReadonlySet<string> => new Set(layersOf(mode).map(kindOf));

/** Of the modes that have nothing that this one has not, and lack the layer, the one with most of the others; of equals the same product's. */
function nearestWithout(mode: Mode, layer: string): Mode | undefined {
  const own = kindsOf(mode);
  const product = ({ name }: Mode): string => name.split("-")[0] ?? name;
  const able = MODES.filter((other) => {
    const kinds = kindsOf(other);
    return isMeasuredUnnamed(other) && kinds.size > 0 && !kinds.has(kindOf(layer)) && [...kinds].every((kind) => own.has(kind));
  });
  const likeness = (other: Mode): number => kindsOf(other).size + (product(other) === product(mode) ? 0.5 : 0);
  return [...able].sort((one, other) => likeness(other) - likeness(one))[0];
}

/** What a variant does otherwise than it works, as if Services were carried: what a layer does to them is a loss though nothing carries them in the lab. */
const expectationsOf = ({ mode, layers, conformance = {} }: Variant): Expectations =>
  layers.some(({ layer }) => layer.carries === "services")
    ? conformance
    : layers.reduce<Expectations>((sofar, { layer }) => layer.conformance?.(sofar, mode.wire(PLAIN)) ?? sofar, mode.conformance ?? {});

/** What the other variant lacks that this one has: losses of its mode, needs that it does not meet, checks that are not expected to work on it. */
function givenUp(from: Variant, to: Variant): string[] {
  const losses = to.givesUp.filter((loss) => !from.givesUp.includes(loss));
  const needs = NEEDS.filter((need) => from.needs[need].met === "yes" && to.needs[need].met !== "yes").map(
    (need) => `${need} (${to.needs[need].because})`,
  );
  const known = expectationsOf(from);
  const checks = Object.entries(expectationsOf(to)).flatMap(([check, { expected, because }]) => {
    const before = known[check as keyof typeof known];
    return expected === "works" || expected === "not-applicable" || (before !== undefined && before.expected !== "works")
      ? []
      : [{ check, because }];
  });
  const reasons = [...new Set(checks.map(({ because }) => because))];
  const broken = reasons.map(
    (because) =>
      `${checks
        .filter((one) => one.because === because)
        .map(({ check }) => check)
        .join(", ")} (${because})`,
  );
  const brief = to.requiresInBrief === from.requiresInBrief || to.requiresInBrief === "" ? [] : [`it needs ${to.requiresInBrief}`];
  return [...losses, ...needs, ...broken, ...brief];
}
