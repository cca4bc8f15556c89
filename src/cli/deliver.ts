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
  readonly written?: readonly Written[];
}

/** A file that was written, and what it is. */
type Written = readonly [what: string, path: string];

/** The run as it may be passed on. */
export const maskedIf = (anonymize: boolean | undefined, run: Run): Run => (anonymize === true ? anonymizeRun(run) : run);

/** A file that cannot be written is found out before anything is measured. */
export async function requireWritable(flag: string, path: string | undefined, context: CliContext): Promise<void> {
  if (path === undefined) return;
  if (path === "") throw new UsageError(`${flag}: names no file`);
  const obstacle = await context.machine.files.whyNotWritable(path);
  if (obstacle !== undefined) throw new UsageError(`${flag}: ${path} cannot be written (${oneLine(obstacle)}); name another file`);
}

/** How something is set on the terminal: its width, colours and characters. */
type Setting = ReturnType<typeof settingOf>;

const settingOf = ({ terminal: { colour, columns, utf8 } }: CliContext) => ({ width: columns(), colour: colour.out, utf8 });

/** What is delivered, in every form. */
export interface Forms {
  /** One screen, or everything. */
  readonly screen: (written: readonly Written[], setting: Setting) => string;
  readonly full: (written: readonly Written[], setting: Setting) => string;
  readonly json: () => string;
  readonly markdown: () => string;
  readonly csv: () => string;
  readonly html: () => string;
}

/**
 * Writes the HTML report when asked, and prints the rest.
 * @throws RunError when the report could not be written after all; everything else is delivered by then
 */
export async function deliver(run: Run, summary: Summary, flags: DeliveryFlags, context: CliContext): Promise<void> {
  const forms: Forms = {
    screen: (written, setting) => renderScreen(screenOf(summary, run, written), setting),
    full: (files, setting) => renderTerminal(summary, run, { ...setting, files }),
    json: () => renderJson(summary),
    markdown: () => renderMarkdown(summary, run, { notes: MODES }),
    csv: () => renderCsv(run),
    html: () => renderHtml(summary, run, { notes: MODES }),
  };
  await deliverForms(forms, flags, context);
}

/**
 * The page first, then the asked form.
 * @throws RunError as {@link deliver}
 */
export async function deliverForms(forms: Forms, flags: DeliveryFlags, context: CliContext): Promise<void> {
  const problem = flags.html === undefined ? undefined : await writePage(flags.html, forms.html(), context);
  const page: readonly Written[] = flags.html === undefined || problem !== undefined ? [] : [["HTML report", flags.html]];
  const written = [...(flags.written ?? []), ...page];
  const { screen, full, ...others } = forms;
  context.terminal.out(
    await inAskedFormat(flags, { ...others, text: () => (flags.full === true ? full : screen)(written, settingOf(context)) }),
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
