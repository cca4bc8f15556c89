/**
 * Puts a run before its reader: files first, then what belongs on the terminal.
 * @packageDocumentation
 */
import type { Run } from "../model/run.js";
import type { Summary } from "../model/summary.js";
import { MODES } from "../modes/index.js";
import { anonymizeRun } from "../report/anonymize.js";
import { renderCsv } from "../report/csv/observations.js";
import { renderHtml } from "../report/html/page.js";
import { renderJson } from "../report/json/summary.js";
import { renderMarkdown } from "../report/markdown/ticket.js";
import { screenOf } from "../report/terminal/screen/of-run.js";
import { renderScreen } from "../report/terminal/screen/screen.js";
import { renderTerminal } from "../report/terminal/table.js";
import { oneLine } from "../use-cases/errors.js";
import type { CliContext } from "./context.js";
import { type DeliveryFlags, deliverReport } from "./deliver-report.js";
import { UsageError } from "./errors.js";

/** The run as it may be passed on. */
export const maskedIf = (anonymize: boolean | undefined, run: Run): Run => (anonymize === true ? anonymizeRun(run) : run);

/** A file that cannot be written is found out before anything is measured. */
export async function requireWritable(flag: string, path: string | undefined, context: CliContext): Promise<void> {
  if (path === undefined) return;
  if (path === "") throw new UsageError(`${flag}: names no file`);
  const obstacle = await context.machine.files.whyNotWritable(path);
  if (obstacle !== undefined) throw new UsageError(`${flag}: ${path} cannot be written (${oneLine(obstacle)}); name another file`);
}

/**
 * Writes the HTML report when asked, and prints the rest.
 * @throws RunError when the report could not be written after all; everything else is delivered by then
 */
export async function deliver(run: Run, summary: Summary, flags: DeliveryFlags, context: CliContext): Promise<void> {
  await deliverReport(
    flags,
    {
      text: (setting, written) =>
        flags.full === true
          ? renderTerminal(summary, run, { ...setting, files: written })
          : renderScreen(screenOf(summary, run, written), setting),
      json: () => renderJson(summary),
      markdown: () => renderMarkdown(summary, run, { notes: MODES }),
      csv: () => renderCsv(run),
      html: () => renderHtml(summary, run, { notes: MODES }),
    },
    context,
  );
}
