/**
 * An inspection as JSON: what `podwire cluster inspect --json` prints.
 * @packageDocumentation
 */
import { INSPECTION_SCHEMA, type Inspection, type InspectionDocument, inspectionDocumentSchema } from "../../model/inspection.js";

/** The text, with a line break at the end. Throws where the inspection breaks its own schema. */
export function renderInspectionJson(inspection: Inspection, podwire: string): string {
  const document: InspectionDocument = { schema: INSPECTION_SCHEMA, podwire, venue: "cluster", inspection };
  return `${JSON.stringify(inspectionDocumentSchema.parse(document), null, 2)}\n`;
}
