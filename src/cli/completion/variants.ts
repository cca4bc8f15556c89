/**
 * Names of variants that a word may become.
 * @packageDocumentation
 */
import { LAYERS } from "../../layers/index.js";
import { LAYER_SIGN, modeOfVariant } from "../../model/variant.js";
import { MODES } from "../../modes/index.js";
import { whyNotOn } from "../../variants/variant.js";

/** The word with each layer that its mode can carry behind its last sign; nothing where it has no sign, or its mode is not known. */
export function variantsFrom(word: string): readonly string[] {
  const end = word.lastIndexOf(LAYER_SIGN) + 1;
  const mode = MODES.find(({ name }) => name === modeOfVariant(word));
  if (end === 0 || mode === undefined) return [];
  return LAYERS.filter((layer) => whyNotOn(mode, layer) === undefined).map(({ name }) => `${word.slice(0, end)}${name}`);
}
