/**
 * The summary as JSON, exactly as its schema says: its fields in its order, and nothing else.
 * @packageDocumentation
 */
import { type Summary, summarySchema } from "../../model/summary.js";

/** The text that `--json` prints, with a line break at the end. Throws where the summary breaks its own schema. */
export function renderJson(summary: Summary): string {
  return `${JSON.stringify(summarySchema.parse(summary), null, 2)}\n`;
}
