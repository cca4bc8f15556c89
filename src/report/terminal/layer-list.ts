/**
 * Every layer on a terminal, family by family: what it is, what it needs, on which modes it can stand, and why not on the others.
 * @packageDocumentation
 */
import { LAYER_FAMILIES, type Layer, type LayerFamily } from "../../layers/contract.js";
import { formatCount } from "../../units/format.js";
import { standingOf } from "../../variants/standing.js";
import { canText } from "./can-text.js";
import { labelled, PROSE_WIDTH, wrap } from "./text.js";

const TITLES: Readonly<Record<LayerFamily, string>> = {
  services: "Services: what carries them",
  policies: "Policies: what is enforced",
  tunings: "Tunings: what may help",
  faults: "Faults: what goes wrong, planted on purpose",
};

/** Where texts begin behind their labels. */
const COLUMN = 12;

/**
 * A paragraph a layer, below how many of them this machine can have.
 * @param missing - by the name of a layer, why this machine cannot have it
 */
export function renderLayerList(layers: readonly Layer[], missing: ReadonlyMap<string, string>, width: number): string {
  const prose = Math.min(width, PROSE_WIDTH);
  const lines = [
    ...wrap(canText("layers", layers, missing), prose),
    ...LAYER_FAMILIES.flatMap((family) => [
      "",
      TITLES[family],
      ...layers.filter((layer) => layer.family === family).flatMap((layer) => ["", ...layerLines(layer, missing.get(layer.name), prose)]),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function layerLines(layer: Layer, reason: string | undefined, width: number): readonly string[] {
  const { name, sentence, why, needs, beside, excludes = {}, fault } = layer;
  const { on, notOn } = standingOf(layer);
  const under = (label: string, text: string): readonly string[] => labelled(`  ${label}`, text, COLUMN, width);
  const listedUnder = (label: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : under(label, names.join(", "));
  return [
    ...wrap(`${name}: ${sentence}`, width, "    "),
    ...under("here", reason === undefined ? "supported" : `unsupported: ${reason}`),
    ...under("why", why),
    ...numberTexts(layer).flatMap((text) => under("number", text)),
    ...listedUnder("kernel", needs.kernel),
    ...listedUnder("programs", needs.programs),
    ...(fault === undefined ? [] : [...under("effect", fault.effect), ...under("shown by", fault.shownBy.replaceAll("`", ""))]),
    ...under("on", `${on.join(", ")}${beside === undefined ? "" : `, with ${beside.join(", ")}`}`),
    ...[...notOn].flatMap(([because, modes]) => under("not on", `${modes.join(", ")}: ${modes.length === 1 ? "it" : "each"} ${because}`)),
    ...Object.entries(excludes).flatMap(([other, because]) => under("not with", `${other}: ${because}`)),
  ];
}

/** What may stand behind its name. */
function numberTexts({ name, argument }: Layer): readonly string[] {
  if (argument === undefined) return [];
  const { kind, least, most, default: usual } = argument;
  return [`${name}:N with N from ${formatCount(least)} to ${formatCount(most)} ${kind}; without it ${formatCount(usual)}`];
}
