/**
 * Parts of a mode by name: a rung of its ladder, `flannel-vxlan+up-to-bridge`, or what is left without a layer, `flannel-vxlan+without-bridge`. They are
 * what `explain` measures, and `lab plan` and `lab shell` show them.
 * @packageDocumentation
 */
import type { KernelFeature } from "../model/kernel-feature.js";
import type { LayerName } from "../model/layer-name.js";
import { isPartWord } from "../model/variant.js";
import type { Topology, Wiring } from "../model/wiring.js";
import type { Mode } from "../modes/contract.js";
import { UnknownVariantError } from "./unknown-variant.js";

/** What names of parts are looked up on: which parts there are does not depend on the topology. */
const PLAIN: Topology = { nodes: 2, mtu: 1500 };

/** A layer as it stands in a name, which has no other use for a colon. */
const wordOf = (layer: LayerName): string => layer.replaceAll(/[:\s]/g, "-");

/** The word for the rung that ends with a layer. */
export const rungWord = (layer: LayerName): string => `up-to-${wordOf(layer)}`;

/** The word for a mode without a layer and what needs it. */
export const withoutWord = (layer: LayerName): string => `without-${wordOf(layer)}`;

/** A mode that is wired in part. */
export interface PartOfMode {
  readonly word: string;
  readonly mode: Mode;
}

/**
 * The part that the first word behind a mode's name asks for; undefined where it asks for none.
 * @throws UnknownVariantError where the mode has no such part
 */
export function partOfMode(mode: Mode, [word]: readonly string[]): PartOfMode | undefined {
  if (word === undefined || !isPartWord(word)) return undefined;
  const parts = partsOf(mode, PLAIN);
  if (!parts.some((part) => part.word === word)) {
    const known = parts.map((part) => part.word);
    throw new UnknownVariantError(`${mode.name} has no part ${word}`, word, known);
  }
  const wire = (topology: Topology): Wiring => {
    const part = partsOf(mode, topology).find((one) => one.word === word);
    if (part === undefined) throw new Error(`${mode.name} loses ${word} on another topology`);
    return part.wiring;
  };
  return { word, mode: { ...mode, kernel: [...mode.kernel, ...redirecting(wire(PLAIN))], wire } };
}

const partsOf = (mode: Mode, topology: Topology): readonly { readonly word: string; readonly wiring: Wiring }[] => [
  ...mode.rungs(topology).map(({ layer, wiring }) => ({ word: rungWord(layer), wiring })),
  ...mode.without(topology).flatMap(({ layers: [layer], wiring }) => (layer === undefined ? [] : [{ word: withoutWord(layer), wiring }])),
];

const redirecting = ({ steps }: Wiring): KernelFeature[] => (steps.some(({ kind }) => kind === "redirect") ? ["tc-redirect"] : []);
