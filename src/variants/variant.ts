/**
 * From a name to a wiring: the only way there is, so that nothing that was asked for is left out silently.
 * @packageDocumentation
 */

import { isLacking, type Layer } from "../layers/contract.js";
import { LAYERS } from "../layers/index.js";
import { WITHOUT_SERVICES, withoutBroken } from "../layers/services/expectations.js";
import type { Expectations } from "../model/conformance.js";
import { LAYER_SIGN } from "../model/variant.js";
import type { Topology, Wiring } from "../model/wiring.js";
import type { Mode } from "../modes/contract.js";
import { MODES } from "../modes/index.js";
import { partOfMode } from "./part-of-mode.js";
import { nameOf, type Placed, placedLayer, placedLayers } from "./placed-layers.js";
import { UnknownVariantError } from "./unknown-variant.js";

/** A mode with its layers. It is built, measured and reported as a mode is. */
export interface Variant extends Mode {
  /** The mode without its layers. */
  readonly mode: Mode;
  /** In the order in which they are put on. */
  readonly layers: readonly Placed[];
}

/** What names of layers are checked on. */
const PLAIN: Topology = { nodes: 2, mtu: 1500 };

/**
 * A mode by its name, with the layers that the name asks for: `flannel-vxlan`, `macvlan+socket-lb:10000`. Its own name is the canonical one: layers in the
 * order of their list, each with its number. Behind the mode's own name may stand which part of it is meant: `flannel-vxlan+up-to-bridge`.
 * @param everywhere - layers of each mode of a run, which names do not show
 * @throws UnknownVariantError when there is no such mode or layer, when layers contradict each other, or when the mode cannot carry one of them
 */
export function resolveVariant(text: string, everywhere: readonly string[] = []): Variant {
  const [name = "", ...words] = text.split(LAYER_SIGN);
  const whole = MODES.find((one) => one.name === name);
  if (whole === undefined)
    throw new UnknownVariantError(
      `no mode is called ${name}`,
      name,
      MODES.map((one) => one.name),
    );
  const part = partOfMode(whole, words);
  const mode = part?.mode ?? whole;
  const own = placedLayers(part === undefined ? words : words.slice(1));
  let wiring = mode.wire(PLAIN);
  for (const [index, placed] of own.entries()) {
    wiring = checked(wiring, mode, placed);
    requireCleared(own.slice(0, index), placed, wiring);
  }
  const silent = everywhere.map((one) => placedLayer(one)).filter(({ layer }) => !own.some((named) => named.layer === layer));
  const layers = [...own, ...silent];
  return {
    ...mode,
    name: [mode.name, ...(part === undefined ? [] : [part.word]), ...own.map(nameOf)].join(LAYER_SIGN),
    kernel: [...new Set([...mode.kernel, ...layers.flatMap(({ layer }) => layer.needs.kernel)])],
    programs: [...new Set([...mode.programs, ...layers.flatMap(({ layer }) => layer.needs.programs)])],
    mode,
    layers,
    ...(layers.some(({ layer }) => layer.fault !== undefined) ? { faulty: true as const } : {}),
    conformance: expectationsOf(mode, layers),
    wire: (topology) => layers.reduce((sofar, placed) => withLayer(sofar, topology, placed), mode.wire(topology)),
  };
}

/** What a mode with layers is expected to do: each layer changes what those before it left. */
function expectationsOf(mode: Mode, layers: readonly Placed[]): Expectations {
  const { conformance = {} } = mode;
  const wiring = mode.wire(PLAIN);
  const put = layers.reduce<Expectations>((sofar, { layer }) => layer.conformance?.(sofar, wiring) ?? sofar, {
    ...conformance,
    ...WITHOUT_SERVICES,
  });
  return layers.some(({ layer }) => layer.carries === "services") ? put : withoutBroken(put);
}

/** Whether a mode can carry a layer, by itself or with those that it stands beside, or a clause that says why not. */
export function whyNotOn(mode: Mode, layer: Layer): string | undefined {
  let wiring = mode.wire(PLAIN);
  for (const name of layer.beside ?? []) {
    const beneath = applied(wiring, PLAIN, placedLayer(name));
    if (isLacking(beneath)) return beneath.lacks;
    wiring = beneath;
  }
  const put = applied(wiring, PLAIN, { layer, count: layer.argument?.default ?? 0 });
  if (isLacking(put)) return put.lacks;
  return JSON.stringify(put) === JSON.stringify(wiring) ? "has nothing that it changes" : undefined;
}

/** Two names of one wiring would be compared with each other as if they were two modes. */
function checked(wiring: Wiring, mode: Mode, placed: Placed): Wiring {
  const put = applied(wiring, PLAIN, placed);
  const { name } = placed.layer;
  const able = (): string =>
    MODES.filter((one) => whyNotOn(one, placed.layer) === undefined)
      .map((one) => one.name)
      .join(", ");
  if (isLacking(put)) throw new UnknownVariantError(`${mode.name} cannot carry ${name}: it ${put.lacks}; it is for ${able()}`, name, []);
  if (JSON.stringify(put) !== JSON.stringify(wiring)) return put;
  throw new UnknownVariantError(`the layer ${name} changes nothing of ${mode.name}; it is for ${able()}`, name, []);
}

/** Otherwise the name would say of a variant that it has none. */
function requireCleared(before: readonly Placed[], { layer: { name } }: Placed, { steps }: Wiring): void {
  const cleared = before.find(({ layer: { clears } }) => clears !== undefined && steps.some(({ kind }) => kind === clears));
  if (cleared === undefined) return;
  throw new UnknownVariantError(
    `${cleared.layer.name} and ${name} exclude each other: ${name} writes rules, and ${cleared.layer.name} leaves none`,
    name,
    [],
  );
}

function withLayer(wiring: Wiring, topology: Topology, placed: Placed): Wiring {
  const put = applied(wiring, topology, placed);
  if (isLacking(put)) throw new Error(`${placed.layer.name}: the wiring ${put.lacks}`);
  return put;
}

const applied = (wiring: Wiring, topology: Topology, { layer, count }: Placed): ReturnType<Layer["onto"]> =>
  layer.argument === undefined ? layer.onto(wiring, topology) : layer.onto(wiring, topology, count);

/** The names of all layers. */
export const layerNames = (): readonly string[] => LAYERS.map(({ name }) => name);
