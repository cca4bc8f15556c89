/**
 * What works, before its reader: as text, as JSON, and as a page.
 * @packageDocumentation
 */
import type { Conformance } from "../model/conformance.js";
import { renderConformanceHtml } from "../report/conformance/html.js";
import { renderConformance } from "../report/terminal/conformance.js";
import type { CliContext } from "./context.js";
import { type DeliveryFlags, deliverReport } from "./deliver-report.js";

/** Writes the page where it was asked for, and prints the rest. */
export async function deliverConformance(found: Conformance, flags: DeliveryFlags, context: CliContext): Promise<void> {
  await deliverReport(
    flags,
    {
      text: (setting, files) => renderConformance(found, { ...setting, full: flags.full === true, files }),
      json: () => `${JSON.stringify(found, undefined, 2)}\n`,
      html: () => renderConformanceHtml(found, context.version),
    },
    context,
  );
}
