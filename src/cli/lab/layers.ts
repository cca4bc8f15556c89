import { LAYER_FAMILIES, type Layer, type LayerFamily } from "../../layers/contract.js";
import { LAYERS } from "../../layers/index.js";
import { formatCount } from "../../units/format.js";
import { opening } from "../../use-cases/lab/sandbox-lifetime.js";
import { type Standing, standingOf } from "../../variants/standing.js";
import { findUnsupported } from "../../venues/lab/lab-session.js";
import type { CliContext } from "../context.js";
import { EXIT } from "../errors.js";
import { type FormatFlags, inAskedFormat } from "../output-format.js";

/** Flags of `podwire lab layers`. */
export type LabLayersFlags = FormatFlags;

/** A layer, and what keeps it from standing. */
interface Listed extends Standing {
  readonly layer: Layer;
  /** Why this machine cannot have it; undefined where it can. */
  readonly missing: string | undefined;
}

/** Lists the layers, what each needs, on which modes it can stand, and why not on the others. */
export async function labLayers(flags: LabLayersFlags, context: CliContext): Promise<number> {
  const needs = LAYERS.map(({ name, needs: { kernel, programs } }) => ({ name, kernel, programs }));
  const missing = await opening(context, async (machine) => findUnsupported(machine, needs));
  const listed = LAYERS.map((layer): Listed => ({ layer, missing: missing.get(layer.name), ...standingOf(layer) }));
  context.terminal.out(
    await inAskedFormat(flags, {
      text: () =>
        LAYER_FAMILIES.map((family) =>
          familyText(
            family,
            listed.filter(({ layer }) => layer.family === family),
          ),
        ).join("\n"),
      json: () => `${JSON.stringify(listed.map(layerFacts), undefined, 2)}\n`,
    }),
  );
  return EXIT.ok;
}

const TITLES: Readonly<Record<LayerFamily, string>> = {
  services: "Services: what carries them",
  policies: "Policies: what is enforced",
  tunings: "Tunings: what may help",
  faults: "Faults: what goes wrong, planted on purpose",
};

const familyText = (family: LayerFamily, layers: readonly Listed[]): string => `${TITLES[family]}\n\n${layers.map(layerText).join("\n")}`;

function layerFacts({ layer, missing, on, notOn }: Listed): Record<string, unknown> {
  const { name, family, sentence, why, needs, argument, carries, excludes, beside, fault, sources, deviations } = layer;
  const status = missing === undefined ? { status: "supported" } : { status: "unsupported", reason: missing };
  return {
    layer: name,
    ...status,
    family,
    sentence,
    why,
    ...needs,
    ...(argument === undefined ? {} : { argument }),
    ...(carries === undefined ? {} : { carries }),
    ...(excludes === undefined ? {} : { excludes }),
    ...(beside === undefined ? {} : { beside }),
    ...(fault === undefined ? {} : { fault: { row: fault.row, effect: fault.effect, shownBy: fault.shownBy } }),
    modes: on,
    notOn: [...notOn].flatMap(([reason, modes]) => modes.map((mode) => ({ mode, reason }))),
    deviations,
    sources,
  };
}

function layerText({ layer, missing, on, notOn }: Listed): string {
  const { name, sentence, why, needs, argument, excludes = {}, beside, fault } = layer;
  const number =
    argument === undefined
      ? []
      : [
          `number    ${name}:N with N from ${formatCount(argument.least)} to ${formatCount(argument.most)} ${argument.kind}; without it ${formatCount(argument.default)}`,
        ];
  const lines = [
    `here      ${missing === undefined ? "supported" : `unsupported: ${missing}`}`,
    `why       ${why}`,
    ...number,
    ...(needs.kernel.length === 0 ? [] : [`kernel    ${needs.kernel.join(", ")}`]),
    ...(needs.programs.length === 0 ? [] : [`programs  ${needs.programs.join(", ")}`]),
    ...(fault === undefined ? [] : [`effect    ${fault.effect}`, `shown by  ${fault.shownBy.replaceAll("`", "")}`]),
    `on        ${on.join(", ")}${beside === undefined ? "" : `, with ${beside.join(", ")}`}`,
    ...[...notOn].map(([reason, modes]) => `not on    ${modes.join(", ")}: ${modes.length === 1 ? "it" : "each"} ${reason}`),
    ...Object.entries(excludes).map(([other, reason]) => `not with  ${other}: ${reason}`),
  ];
  return [`${name}: ${sentence}`, ...lines.map((line) => `  ${line}`), ""].join("\n");
}
