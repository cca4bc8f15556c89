/**
 * An inspection as JSON: what `podwire cluster inspect --json` prints.
 * @packageDocumentation
 */
import { INSPECTION_SCHEMA, type Inspection, inspectionSchema } from "../../model/inspection.js";

/** The text, with a line break at the end. Throws where the inspection breaks its own schema. */
export function renderInspectionJson(inspection: Inspection, podwire: string): string {
  return `${JSON.stringify({ schema: INSPECTION_SCHEMA, podwire, venue: "cluster", inspection: inspectionSchema.parse(inspection) }, null, 2)}\n`;
}
