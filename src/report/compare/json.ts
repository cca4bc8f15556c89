/**
 * A comparison as JSON, exactly as its schema says.
 * @packageDocumentation
 */
import { type RunComparison, runComparisonSchema } from "../../model/run-comparison.js";

/** The text that `compare --json` prints, with a line break at the end. Throws where the comparison breaks its own schema. */
export function renderComparisonJson(comparison: RunComparison): string {
  return `${JSON.stringify(runComparisonSchema.parse(comparison), null, 2)}\n`;
}
