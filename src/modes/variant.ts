/**
 * From a name to a wiring: the only way there is, so that nothing that was asked for is left out silently.
 * @packageDocumentation
 */

import { LAYER_SIGN } from "../model/variant.js";
import type { Wiring } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { MODES } from "./index.js";
import { withoutOffloads } from "./parts/offloads.js";

/** Pure changes of a wiring, by name. */
const LAYERS = { "offload-off": withoutOffloads } as const satisfies Readonly<Record<string, (wiring: Wiring) => Wiring>>;
/** A change that can be put on every mode. */
export type LayerName = keyof typeof LAYERS;

const isLayer = (name: string): name is LayerName => Object.hasOwn(LAYERS, name);

/** A name that is no variant's. */
export class UnknownVariantError extends Error {
  /**
   * @param word - the part of the name that is not known
   * @param known - what could have stood there
   */
  constructor(
    message: string,
    readonly word: string,
    readonly known: readonly string[],
  ) {
    super(message);
  }
}

/**
 * A mode by its name, with the layers that the name asks for: `flannel-vxlan`, `flannel-vxlan+offload-off`.
 * @param everywhere - layers of each mode of a run, which names do not show
 * @throws UnknownVariantError when there is no such mode or layer
 */
export function resolveVariant(text: string, everywhere: readonly LayerName[] = []): Mode {
  const [name = "", ...asked] = text.split(LAYER_SIGN);
  const mode = MODES.find((one) => one.name === name);
  if (mode === undefined) throw new UnknownVariantError(`no mode is called ${name}`, name, modeNames());
  const own = asked.map((layer) => {
    if (isLayer(layer)) return layer;
    throw new UnknownVariantError(`no layer is called ${layer}`, layer, Object.keys(LAYERS));
  });
  const layers = [...new Set([...own, ...everywhere])];
  if (layers.length === 0) return mode;
  return { ...mode, name: text, wire: (topology) => layers.reduce((wiring, layer) => LAYERS[layer](wiring), mode.wire(topology)) };
}

const modeNames = (): readonly string[] => MODES.map(({ name }) => name);
