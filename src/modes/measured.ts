/**
 * Which modes are measured: what every command that measures, compares or recommends asks.
 * @packageDocumentation
 */
import { modeOfVariant } from "../model/variant.js";
import type { Mode } from "./contract.js";
import { MODES } from "./index.js";

/** Why a variant is never measured, one sentence without a full stop that says what its mode is there for; undefined where it is measured. */
export function whyNeverMeasured(variant: string): string | undefined {
  const mode = MODES.find(({ name }) => name === modeOfVariant(variant));
  return mode?.neverMeasured === undefined
    ? undefined
    : `${mode.name} is for conformance and MTU only (\`podwire lab conformance\`, \`lab path\`, \`lab shell\`), and is never measured: ${mode.neverMeasured}`;
}

/** Whether a mode is measured without being named. */
export const isMeasuredUnnamed = ({ onlyByName, neverMeasured }: Pick<Mode, "onlyByName" | "neverMeasured">): boolean =>
  onlyByName === undefined && neverMeasured === undefined;
