/**
 * Targets as a list.
 * @packageDocumentation
 */
import { TARGETS_SCHEMA, type TargetList } from "../model/render-targets.js";
import { UnknownVariantError } from "../variants/unknown-variant.js";
import { resolveVariant } from "../variants/variant.js";
import type { Target } from "./contract.js";

/** The list of `podwire render --list`. */
export const targetList = (targets: readonly Target[]): TargetList => ({
  schema: TARGETS_SCHEMA,
  targets: targets.map((target) => ({
    target: target.name,
    title: target.title,
    variants: [...variantsOf(target)],
    checker: target.checker,
    checked: target.checked,
    ...(target.why === undefined ? {} : { why: target.why }),
  })),
});

const variantsOf = ({ modes, layers, onlyLayers }: Target): readonly string[] => [
  ...(onlyLayers === true ? [] : modes),
  ...modes.flatMap((mode) => layers.map((layer) => `${mode}+${layer}`)).filter(stands),
];

/** Not every layer stands on every mode. */
function stands(variant: string): boolean {
  try {
    resolveVariant(variant);
    return true;
  } catch (error) {
    if (error instanceof UnknownVariantError) return false;
    throw error;
  }
}
