/**
 * Puts an explanation before its reader: files first, then what belongs on the terminal.
 * @packageDocumentation
 */
import type { Explanation, Ladder } from "../model/explanation.js";
import type { Run } from "../model/run.js";
import { renderCsv } from "../report/csv/observations.js";
import { renderExplanationHtml } from "../report/explanation/html.js";
import { renderExplanationMarkdown } from "../report/explanation/markdown.js";
import { renderExplanation, renderExplanationFull } from "../report/explanation/terminal.js";
import { RUN_FILE } from "../report/terminal/screen/of-run.js";
import { oneLine, wordsOf } from "../use-cases/errors.js";
import { explanationOf } from "../use-cases/explanation.js";
import { type WrittenFile, writeProfileFiles } from "../use-cases/lab/profile/profile-files.js";
import type { CliContext } from "./context.js";
import { maskedIf } from "./deliver.js";
import { type DeliveryFlags, deliverReport } from "./deliver-report.js";
import { EXIT } from "./errors.js";
import { type OutputFlags, saveRun } from "./run-output.js";

/** Saves a run that explains, reports it, and gives the exit code. */
export async function deliverExplained(
  measured: Run,
  ladder: Ladder,
  out: string,
  flags: OutputFlags,
  context: CliContext,
): Promise<number> {
  const run = maskedIf(flags.anonymize, measured);
  const saved = await saveRun(run, out, context);
  const profiles = await saveProfiles(run, saved, context);
  const explanation = await deliverExplanation(run, ladder, { ...flags, written: [[RUN_FILE, saved], ...profiles] }, context);
  for (const { what, reason } of explanation.missing) context.terminal.err(`podwire: ${what} has no figures: ${oneLine(reason)}\n`);
  if (context.interrupted.aborted) return EXIT.interrupted;
  return saved === out && run.status === "complete" && explanation.metrics.length === run.scenario.metrics.length ? EXIT.ok : EXIT.failed;
}

/** Files of profiles beside the run's. They can be made of it again, so that a full disk costs no more than a line. */
async function saveProfiles(run: Run, saved: string, context: CliContext): Promise<readonly WrittenFile[]> {
  const written: WrittenFile[] = [];
  for (const profile of run.profiles ?? []) {
    if ("unprofiled" in profile) context.terminal.err(`podwire: ${profile.unprofiled}\n`);
    else {
      try {
        written.push(...(await writeProfileFiles(profile, saved, context)));
      } catch (error) {
        context.terminal.err(`podwire: the files of the profile cannot be written: ${wordsOf(error)}\n`);
      }
    }
  }
  return written;
}

/**
 * Writes the page where it was asked for, and prints the rest.
 * @throws RunError when the page could not be written after all; everything else is delivered by then
 */
export async function deliverExplanation(run: Run, ladder: Ladder, flags: DeliveryFlags, context: CliContext): Promise<Explanation> {
  const explanation = explanationOf(run, ladder);
  await deliverReport(
    flags,
    {
      text: (setting, written) =>
        flags.full === true
          ? renderExplanationFull(explanation, setting)
          : renderExplanation({ explanation, scenario: run.scenario }, written, setting),
      json: () => `${JSON.stringify(explanation, undefined, 2)}\n`,
      markdown: () => renderExplanationMarkdown(explanation),
      csv: () => renderCsv(run),
      html: () => renderExplanationHtml(explanation, run),
    },
    context,
  );
  return explanation;
}
