/**
 * The layers that a variant's name asks for, read and checked against each other.
 * @packageDocumentation
 */
import type { Layer } from "../layers/contract.js";
import { LAYERS } from "../layers/index.js";
import { ARGUMENT_SIGN } from "../model/variant.js";
import { UnknownVariantError } from "./unknown-variant.js";

/** A layer of a variant with its number; 0 where it has none. */
export interface Placed {
  readonly layer: Layer;
  readonly count: number;
}

interface Asked {
  readonly layer: Layer;
  readonly given: number | undefined;
}

/** A placed layer as it stands in a name. */
export const nameOf = ({ layer, count }: Placed): string =>
  layer.argument === undefined ? layer.name : `${layer.name}${ARGUMENT_SIGN}${String(count)}`;

/**
 * One layer by its name, with its number or its default.
 * @throws UnknownVariantError
 */
export const placedLayer = (text: string): Placed => counted(read(text), undefined);

/**
 * The layers of a name in the order in which they are put on.
 * @throws UnknownVariantError
 */
export function placedLayers(texts: readonly string[]): readonly Placed[] {
  const asked = texts.map(read);
  for (const [index, { layer }] of asked.entries()) {
    if (asked.findIndex((one) => one.layer === layer) < index)
      throw new UnknownVariantError(`the layer ${layer.name} is asked for twice`, layer.name, []);
  }
  requireNoContradiction(asked.map(({ layer }) => layer));
  const order = (layer: Layer): number => LAYERS.indexOf(layer);
  return asked.map((one) => counted(one, numberOf(asked, one.layer))).sort((one, other) => order(one.layer) - order(other.layer));
}

function read(text: string): Asked {
  const [name = "", ...rest] = text.split(ARGUMENT_SIGN);
  const layer = LAYERS.find((one) => one.name === name);
  if (layer === undefined)
    throw new UnknownVariantError(
      `no layer is called ${name}`,
      name,
      LAYERS.map((one) => one.name),
    );
  if (rest.length === 0) return { layer, given: undefined };
  if (layer.argument === undefined) throw new UnknownVariantError(`the layer ${name} takes no number, ${text} has one`, text, [name]);
  const { kind, least, most } = layer.argument;
  const [number = ""] = rest;
  const given = Number(number);
  if (rest.length > 1 || !/^\d+$/.test(number) || given < least || given > most) {
    throw new UnknownVariantError(`${text}: ${name} takes ${String(least)} to ${String(most)} ${kind}`, text, []);
  }
  return { layer, given };
}

function requireNoContradiction(layers: readonly Layer[]): void {
  for (const layer of layers) {
    for (const other of layers) {
      const why = layer.excludes?.[other.name];
      if (why !== undefined) throw new UnknownVariantError(`${layer.name} and ${other.name} exclude each other: ${why}`, other.name, []);
    }
  }
}

/** A variant has one number of each kind, whichever of its layers it stands behind. */
function numberOf(asked: readonly Asked[], { argument }: Layer): number | undefined {
  const numbers = new Set(
    asked.flatMap(({ layer, given }) => (layer.argument?.kind === argument?.kind && given !== undefined ? [given] : [])),
  );
  if (numbers.size > 1) {
    const listed = [...numbers].map(String).join(" and ");
    throw new UnknownVariantError(`a variant has one number of ${argument?.kind ?? ""}, and this one is asked for with ${listed}`, "", []);
  }
  return [...numbers][0];
}

const counted = ({ layer, given }: Asked, number: number | undefined): Placed => ({
  layer,
  count: layer.argument === undefined ? 0 : (given ?? number ?? layer.argument.default),
});
