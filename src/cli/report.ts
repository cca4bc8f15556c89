import { parseRun, RunFileError } from "../archive/run-file.js";
import type { Run } from "../model/run.js";
import { oneLine, wordsOf } from "../use-cases/errors.js";
import { summaryOf } from "../use-cases/summary.js";
import type { CliContext } from "./context.js";
import { type DeliveryFlags, deliver, maskedIf, requireWritable } from "./deliver.js";
import { EXIT, UsageError } from "./errors.js";
import { resolveNeeds } from "./lab/scenario-from-flags.js";

/** Flags of `podwire report`. */
export interface ReportFlags extends DeliveryFlags {
  readonly need?: string;
  readonly anonymize?: boolean;
}

/** Shows a run file again. */
export async function report(path: string, flags: ReportFlags, context: CliContext): Promise<number> {
  const read = await readRun(path, context);
  const scenario = flags.need === undefined ? read.scenario : { ...read.scenario, needs: resolveNeeds(flags.need) };
  const run = maskedIf(flags.anonymize, { ...read, scenario });
  await requireWritable("--html", flags.html, context);
  await deliver(run, summaryOf(run), flags, context);
  return EXIT.ok;
}

/** Reads a run file, or says in one sentence why it cannot be read. */
export async function readRun(path: string, context: CliContext): Promise<Run> {
  try {
    return parseRun(await context.machine.files.readText(path), path);
  } catch (error) {
    if (error instanceof RunFileError) throw new UsageError(oneLine(error.message));
    throw new UsageError(`${path}: ${whyUnreadable(error)}`);
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file; `podwire lab` writes runs to podwire-runs/ or where --out says";
  if (code === "EISDIR") return "is a folder; name a run file in it";
  return `cannot be read: ${wordsOf(error)}`;
}
