/**
 * What reports call a profile's layers.
 * @packageDocumentation
 */
import { layerTitle } from "../../explain/layer-names.js";
import { sharedTitle } from "../../explain/profile/symbol-table.js";

/** A layer in words. */
export const profileLayerTitle = (layer: string): string => sharedTitle(layer) ?? layerTitle(layer);
