import type { PutLayer } from "../../model/put-layer.js";
import type { LabScenario } from "../../model/scenario.js";
import { layersOfVariant } from "../../model/variant.js";
import { UnknownVariantError } from "../../variants/unknown-variant.js";
import { resolveVariant, type Variant } from "../../variants/variant.js";
import { type DoneLoad, loadedBy } from "../../venues/lab/loads.js";
import { RunError } from "../errors.js";

/**
 * The wirings of a scenario's modes, in its order.
 * @throws RunError for a name that this podwire does not know, as in a run file of another version
 */
export function variantsOf({ modes, offload }: Pick<LabScenario, "modes" | "offload">): readonly Variant[] {
  try {
    return modes.map((name) => resolveVariant(name, offload === "off" ? ["offload-off"] : []));
  } catch (error) {
    if (error instanceof UnknownVariantError) throw new RunError(`${error.message}; the run was asked for by another version of podwire`);
    throw error;
  }
}

/** The layers of a variant as a run file has them, with what they have loaded; nothing of a mode without layers. */
export function putLayers({ layers, name }: Variant, loads: readonly DoneLoad[]): { readonly layers?: PutLayer[] } {
  // Layers that a whole run has stand in its scenario.
  const named = layers.filter(({ layer }) => layersOfVariant(name).includes(layer.name));
  if (named.length === 0) return {};
  return {
    layers: named.map(({ layer, count }): PutLayer => {
      const loaded = loadedBy(layer.name, loads);
      return {
        layer: layer.name,
        ...(layer.argument === undefined ? {} : { argument: count, counts: layer.argument.kind }),
        ...(layer.carries === undefined ? {} : { carries: layer.carries }),
        ...(layer.fault === undefined ? {} : { fault: layer.fault.effect }),
        ...(loaded === undefined ? {} : { loaded }),
      };
    }),
  };
}
