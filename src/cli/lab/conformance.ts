import { contradictions } from "../../model/conformance.js";
import { MODES } from "../../modes/index.js";
import { labConformance } from "../../use-cases/lab/conformance.js";
import type { Variant } from "../../variants/variant.js";
import { type CliContext, progressTo } from "../context.js";
import { requireWritable } from "../deliver.js";
import { deliverConformance } from "../deliver-conformance.js";
import { EXIT, UsageError } from "../errors.js";
import type { FormatFlags } from "../output-format.js";
import { words } from "./flag-values.js";
import { eachOnce, knownVariant } from "./scenario-from-flags.js";
import { loadLimit, requireLoadable } from "./service-flags.js";

/** Flags of `podwire lab conformance`. */
export interface LabConformanceFlags extends FormatFlags {
  readonly modes?: string;
  readonly loadLimit?: string;
  readonly html?: string;
  readonly full?: boolean;
}

/** Tries with packets what works on each variant. Exit code 1 where one could not be built, or packets contradict what is said of it. */
export async function conformance(flags: LabConformanceFlags, context: CliContext): Promise<number> {
  await requireWritable("--html", flags.html, context);
  const say = progressTo(context);
  const variants = variantsOf(flags);
  const found = await labConformance(variants, context, (variant, position) => {
    say(`trying ${variant}, ${String(position + 1)} of ${String(variants.length)}`);
  });
  await deliverConformance(found, flags, context);
  return found.variants.some((variant) => variant.failure?.status === "failed" || contradictions(variant).length > 0)
    ? EXIT.failed
    : EXIT.ok;
}

/** The asked variants, or every mode that has pods. */
function variantsOf(flags: LabConformanceFlags): readonly Variant[] {
  const list = flags.modes;
  const asked = list === undefined || list === "all" ? MODES.filter(({ name }) => name !== "host").map(({ name }) => name) : words(list);
  if (asked.length === 0) throw new UsageError("--modes: names no mode; `podwire lab modes` lists them");
  const variants = asked.map((text) => knownVariant(text, "--modes: "));
  const bare = variants.find(({ name }) => name.split("+")[0] === "host");
  if (bare !== undefined) throw new UsageError(`--modes: ${bare.name} has no pods, so there is nothing to try`);
  eachOnce(variants);
  requireLoadable(variants, GROUND, loadLimit(flags));
  return variants;
}

/** A variant stands once, on two nodes. */
const GROUND = { nodes: 2, copies: 1 } as const;
