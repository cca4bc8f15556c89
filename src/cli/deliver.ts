/**
 * Puts a run before its reader: files first, then what belongs on the terminal.
 * @packageDocumentation
 */
import { adviserOf } from "../advice/advice.js";
import { summarise } from "../measure/summarise.js";
import type { Run } from "../model/run.js";
import type { Summary } from "../model/summary.js";
import { MODES } from "../modes/index.js";
import { anonymizeRun } from "../report/anonymize.js";
import { renderCsv } from "../report/csv/observations.js";
import { renderHtml } from "../report/html/page.js";
import { renderJson } from "../report/json/summary.js";
import { renderMarkdown } from "../report/markdown/ticket.js";
import { renderTerminal } from "../report/terminal/table.js";
import type { CliContext } from "./context.js";

/** The forms a run can be shown in. */
export interface DeliveryFlags {
  readonly html?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly csv?: boolean;
  /** Files that are written already, for the list at the end. */
  readonly written?: readonly (readonly [what: string, path: string])[];
}

/** The summary of a run, ranked with what is known of the modes. */
export const summaryOf = (run: Run): Summary => summarise(run, adviserOf(MODES));

/** The run as it may be passed on. */
export const maskedIf = (anonymize: boolean | undefined, run: Run): Run => (anonymize === true ? anonymizeRun(run) : run);

/** Writes the HTML report when asked, and prints the rest. */
export async function deliver(run: Run, summary: Summary, flags: DeliveryFlags, context: CliContext): Promise<void> {
  const written = [...(flags.written ?? [])];
  if (flags.html !== undefined) {
    await context.machine.files.writeText(flags.html, renderHtml(summary, run, { notes: MODES }));
    written.push(["HTML report", flags.html]);
  }
  const { out, colour, columns } = context.terminal;
  if (flags.json === true) out(renderJson(summary));
  else if (flags.markdown === true) out(renderMarkdown(summary, run));
  else if (flags.csv === true) out(renderCsv(run));
  else out(renderTerminal(summary, run, { width: columns(), colour: colour.out, files: written }));
}
