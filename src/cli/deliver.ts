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
import { oneLine, RunError, wordsOf } from "../use-cases/errors.js";
import type { CliContext } from "./context.js";
import { UsageError } from "./errors.js";
import { type FormatFlags, inAskedFormat } from "./output-format.js";

/** The forms a run can be shown in. */
export interface DeliveryFlags extends FormatFlags {
  readonly html?: string;
  /** Everything that is known instead of one screen. */
  readonly full?: boolean;
  /** Files that are written already, for the list at the end. */
  readonly written?: readonly (readonly [what: string, path: string])[];
}

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
  const written = [...(flags.written ?? [])];
  const problem = flags.html === undefined ? undefined : await writePage(flags.html, renderHtml(summary, run, { notes: MODES }), context);
  if (flags.html !== undefined && problem === undefined) written.push(["HTML report", flags.html]);
  const { out, colour, columns, utf8 } = context.terminal;
  const setting = { width: columns(), colour: colour.out, utf8 };
  out(
    await inAskedFormat(flags, {
      text: () =>
        flags.full === true
          ? renderTerminal(summary, run, { ...setting, files: written })
          : renderScreen(screenOf(summary, run, written), setting),
      json: () => renderJson(summary),
      markdown: () => renderMarkdown(summary, run, { notes: MODES }),
      csv: () => renderCsv(run),
      html: () => renderHtml(summary, run, { notes: MODES }),
    }),
  );
  if (problem !== undefined) throw new RunError(problem);
}

/** Writes a page; gives a sentence where it cannot be written any more, since the rest is still to be delivered. */
export async function writePage(path: string, page: string, { machine }: CliContext): Promise<string | undefined> {
  return machine.files.writeText(path, page).then(
    () => undefined,
    (error: unknown) => `the HTML report cannot be written to ${path}: ${wordsOf(error)}`,
  );
}
