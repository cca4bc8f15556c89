import type { Layer } from "../../layers/contract.js";
import { LAYERS } from "../../layers/index.js";
import { renderLayerList } from "../../report/terminal/layer-list.js";
import { opening } from "../../use-cases/lab/sandbox-lifetime.js";
import { standingOf } from "../../variants/standing.js";
import { findUnsupported } from "../../venues/lab/lab-session.js";
import type { CliContext } from "../context.js";
import { EXIT } from "../errors.js";
import { handOut } from "../hand-out.js";
import type { FormatFlags } from "../output-format.js";

/** Flags of `podwire lab layers`. */
export type LabLayersFlags = FormatFlags;

/** Lists the layers, what each needs, on which modes it can stand, and why not on the others. */
export async function labLayers(flags: LabLayersFlags, context: CliContext): Promise<number> {
  const needs = LAYERS.map(({ name, needs: { kernel, programs } }) => ({ name, kernel, programs }));
  const missing = await opening(context, async (machine) => findUnsupported(machine, needs));
  const facts = (): readonly unknown[] => LAYERS.map((layer) => layerFacts(layer, missing.get(layer.name)));
  await handOut(
    flags,
    { text: ({ width }) => renderLayerList(LAYERS, missing, width), json: () => `${JSON.stringify(facts(), undefined, 2)}\n` },
    context,
  );
  return EXIT.ok;
}

function layerFacts(layer: Layer, missing: string | undefined): Record<string, unknown> {
  const { on, notOn } = standingOf(layer);
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
