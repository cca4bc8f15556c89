/**
 * How long what layers load will take, said before it is begun.
 * @packageDocumentation
 */
import type { Variant } from "./variant.js";

/** Into how many nodes of how many copies of a lab. */
export interface Loaded {
  readonly nodes: number;
  readonly copies: number;
}

/** Cores on which loads run side by side. */
const SIDE_BY_SIDE = 2;

/** About how many seconds all loads of a variant take, its nodes side by side on two cores. */
export function loadSeconds({ layers }: Pick<Variant, "layers">, { nodes, copies }: Loaded): number {
  const each = layers.reduce((sum, { layer, count }) => sum + (layer.argument === undefined ? 0 : (layer.loadSeconds?.(count) ?? 0)), 0);
  return each * Math.max(1, (nodes * copies) / SIDE_BY_SIDE);
}
