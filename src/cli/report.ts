import { untriedNeeds } from "../advice/needs.js";
import { parseRun, RunFileError } from "../archive/run-file.js";
import type { Run } from "../model/run.js";
import { RUN_FILE } from "../report/terminal/screen/of-run.js";
import { listed } from "../units/listed.js";
import { oneLine, RunError, wordsOf } from "../use-cases/errors.js";
import { summaryOf } from "../use-cases/summary.js";
import type { CliContext } from "./context.js";
import { deliver, maskedIf, requireWritable } from "./deliver.js";
import { deliverExplanation } from "./deliver-explanation.js";
import type { DeliveryFlags } from "./deliver-report.js";
import { EXIT, UsageError } from "./errors.js";
import { resolveNeeds } from "./lab/scenario-from-flags.js";
import { showPage, whyNotShown } from "./show-page.js";

/** Flags of `podwire report`. */
export interface ReportFlags extends DeliveryFlags {
  readonly need?: string;
  readonly anonymize?: boolean;
  /** Shows the HTML report on the desktop. */
  readonly open?: boolean;
}

/** Shows a run file again. */
export async function report(path: string, flags: ReportFlags, context: CliContext): Promise<number> {
  const read = await readRun(path, context);
  const needs = flags.need === undefined ? undefined : resolveNeeds(flags.need);
  if (needs !== undefined) requireTried(needs, read, path);
  const scenario = needs === undefined ? read.scenario : { ...read.scenario, needs };
  const run = maskedIf(flags.anonymize, { ...read, scenario });
  await requireWritable("--html", flags.html, context);
  const obstacle = flags.open === true ? whyNotShown(context.terminal.desktop) : undefined;
  const shown = flags.open === true && obstacle === undefined;
  const page = shown ? (flags.html ?? (await privatePage(context))) : flags.html;
  const own = flags.anonymize === true ? {} : { written: [[RUN_FILE, path] as const] };
  const asked = { ...flags, ...own, ...(page === undefined ? {} : { html: page }) };
  await (run.explanation === undefined
    ? deliver(run, summaryOf(run), asked, context)
    : deliverExplanation(run, run.explanation, asked, context));
  const problem = shown && page !== undefined ? await showPage(page, context) : obstacle;
  if (problem === undefined) return EXIT.ok;
  context.terminal.err(`podwire: --open: ${problem}\n`);
  return EXIT.failed;
}

/** What packets must answer cannot be judged anew where they were not asked. */
function requireTried(needs: readonly string[], run: Run, path: string): void {
  const untried = untriedNeeds(run, needs);
  if (untried.length === 0) return;
  const modes = [...new Set(untried.flatMap((one) => one.modes))];
  const whose = modes.length <= MOST_NAMED ? listed(modes) : `${String(modes.length)} of its modes`;
  const names = listed(untried.map(({ need }) => need));
  const again = run.scenario.venue === "lab" ? "; `podwire lab --conformance` measures and tries" : "";
  throw new UsageError(
    `--need: ${path} has no cells of ${whose} that tell of ${names}, since nothing was tried with packets there${again}`,
  );
}

const MOST_NAMED = 3;

/** Where a page goes that names no place: others can neither read it there nor have put something in its way. It stays, since the browser reads it later. */
async function privatePage({ machine, temporaryFolder }: CliContext): Promise<string> {
  try {
    return `${await machine.files.makePrivateFolder(`${temporaryFolder}/podwire-`)}/report.html`;
  } catch (error) {
    throw new RunError(`--open: no folder can be made in ${temporaryFolder} (${wordsOf(error)}); name a file with --html FILE`);
  }
}

/** Reads a run file, or says in one sentence why it cannot be read. */
export async function readRun(path: string, context: CliContext): Promise<Run> {
  const text = await readSaved(path, context);
  try {
    return parseRun(text, path);
  } catch (error) {
    if (error instanceof RunFileError) throw new UsageError(oneLine(error.message));
    throw error;
  }
}

/** The text of a file that podwire wrote or printed, or one sentence that says why it cannot be read. */
export async function readSaved(path: string, context: CliContext): Promise<string> {
  try {
    return await context.machine.files.readText(path);
  } catch (error) {
    throw new UsageError(`${path}: ${whyUnreadable(error)}`);
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file; `podwire lab` writes runs to podwire-runs/ or where --out says";
  if (code === "EISDIR") return "is a folder; name a run file in it";
  return `cannot be read: ${wordsOf(error)}`;
}
