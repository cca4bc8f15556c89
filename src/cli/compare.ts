import { compareRuns } from "../compare/comparison.js";
import { type Gate, GateError, parseGate } from "../compare/gate.js";
import { predict } from "../compare/prediction/predict.js";
import { isOfLab, type SummarisedRun } from "../compare/sides.js";
import { METRICS } from "../model/metric.js";
import type { Run } from "../model/run.js";
import type { RunComparison } from "../model/run-comparison.js";
import { MODES } from "../modes/index.js";
import { whyNeverMeasured } from "../modes/measured.js";
import { anonymizeRun, type Mask, maskOf } from "../report/anonymize.js";
import { renderComparisonHtml } from "../report/compare/html.js";
import { renderComparisonJson } from "../report/compare/json.js";
import { renderJunit } from "../report/compare/junit.js";
import { renderComparisonMarkdown } from "../report/compare/markdown.js";
import { renderPredictionHtml } from "../report/compare/prediction/html.js";
import { renderPredictionJson } from "../report/compare/prediction/json.js";
import { renderPredictionMarkdown } from "../report/compare/prediction/markdown.js";
import { renderPredictionTerminal } from "../report/compare/prediction/terminal.js";
import { renderComparisonTerminal } from "../report/compare/terminal.js";
import { type ComparisonScreenOptions, screenOfComparison } from "../report/terminal/screen/of-comparison.js";
import { screenOfPrediction } from "../report/terminal/screen/of-prediction.js";
import { renderScreen, type Screen } from "../report/terminal/screen/screen.js";
import { RunError } from "../use-cases/errors.js";
import { summaryOf } from "../use-cases/summary.js";
import { suggestion } from "./completion/nearest.js";
import type { CliContext } from "./context.js";
import { EXIT, UsageError } from "./errors.js";
import { handOut, type Setting } from "./hand-out.js";
import { type FormatFlags, isForPrograms } from "./output-format.js";
import { readRun } from "./report.js";

/** Flags of `podwire compare`. */
export interface CompareFlags extends FormatFlags {
  readonly failOn?: readonly string[];
  readonly undecided: "warn" | "fail";
  readonly junit?: string;
  readonly anonymize?: boolean;
  /** Everything that is known instead of one screen. */
  readonly full?: boolean;
  /** Where the HTML report goes. */
  readonly html?: string;
}

/** Compares run files; the exit code says whether a gate fails. A lab's run among clusters' is held beside them instead, and gates nothing. */
export async function compare(files: readonly string[], flags: CompareFlags, context: CliContext): Promise<number> {
  const read: (readonly [string, Run])[] = [];
  for (const file of files) read.push([file, await readRun(file, context)]);
  const labs = read.filter(([, run]) => isOfLab(run));
  const clusters = read.filter(([, run]) => !isOfLab(run));
  const [[lab, ...otherLabs], [cluster, ...otherClusters]] = [labs, clusters];
  if (lab !== undefined && otherLabs.length === 0 && cluster !== undefined)
    return besideClusters(lab, [cluster, ...otherClusters], flags, context);
  const [a, b, ...more] = read;
  if (a === undefined || b === undefined || more.length > 0 || (labs.length > 0 && clusters.length > 0))
    throw new UsageError(
      `compare takes two runs of one venue, or one run of a lab and those of clusters; there are ${String(labs.length)} of labs and ${String(clusters.length)} of clusters`,
    );
  return runAgainstRun(a, b, flags, context);
}

async function runAgainstRun(a: NamedRun, b: NamedRun, flags: CompareFlags, context: CliContext): Promise<number> {
  const written = flags.failOn ?? [];
  if (flags.junit !== undefined && written.length === 0) throw new UsageError("--junit: writes what gates came to; add --fail-on GATE");
  const names = { modes: modeNames(a[1], b[1]), metrics: METRICS.map((metric) => metric.name) };
  const comparison = gating(() => {
    const gates: readonly Gate[] = written.map((text) => parseGate(text, names));
    const [one, other] = summarisedAll([a, b], flags.anonymize === true);
    return compareRuns(one, other, gates, flags.undecided);
  });
  const { scenario } = b[1];
  if (flags.junit !== undefined) await write("--junit", flags.junit, renderJunit(comparison), context);
  if (flags.html !== undefined) await write("--html", flags.html, renderComparisonHtml(comparison, scenario), context);
  await print(flags, context, {
    warnings: comparison.warnings,
    screen: (options) => screenOfComparison(comparison, scenario, options),
    full: (setting) => renderComparisonTerminal(comparison, setting),
    json: () => renderComparisonJson(comparison),
    html: () => renderComparisonHtml(comparison, scenario),
    markdown: () => renderComparisonMarkdown(comparison, scenario),
  });
  return comparison.outcome === "failed" ? EXIT.gate : EXIT.ok;
}

async function besideClusters(
  lab: NamedRun,
  clusters: readonly [NamedRun, ...NamedRun[]],
  flags: CompareFlags,
  context: CliContext,
): Promise<number> {
  if (flags.failOn !== undefined || flags.junit !== undefined)
    throw new UsageError(
      "--fail-on, --junit: a cluster's run is not gated by a lab's, whose machine is another; gate it by an earlier run of the cluster",
    );
  const [one, ...others] = summarisedAll([lab, ...clusters], flags.anonymize === true);
  const prediction = predict(one, others, whyNeverMeasured);
  const [[, { scenario }]] = clusters;
  if (flags.html !== undefined) await write("--html", flags.html, renderPredictionHtml(prediction, scenario), context);
  await print(flags, context, {
    warnings: prediction.warnings,
    screen: (options) => screenOfPrediction(prediction, scenario, options),
    full: (setting) => renderPredictionTerminal(prediction, setting),
    json: () => renderPredictionJson(prediction),
    html: () => renderPredictionHtml(prediction, scenario),
    markdown: () => renderPredictionMarkdown(prediction, scenario),
  });
  return EXIT.ok;
}

/** A run with the file that it was read from. */
type NamedRun = readonly [file: string, run: Run];

/** Those of the catalogue, and those of the runs: a run file may be older or newer than this catalogue. */
function modeNames(...runs: readonly Run[]): readonly string[] {
  return [...new Set([...MODES.map((mode) => mode.name), ...runs.flatMap((run) => run.scenario.modes)])];
}

/** Whatever is wrong with a gate is wrong with the command line. */
function gating(compute: () => RunComparison): RunComparison {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    const { unknown } = error;
    throw new UsageError(`--fail-on: ${error.message}${unknown === undefined ? "" : knownText(unknown)}`);
  }
}

const knownText = ({ word, known }: { readonly word: string; readonly known: readonly string[] }): string =>
  `${suggestion(word, known)} Known are ${known.join(", ")}.`;

/** One mask for all: what is the same in two runs must stay the same, or it would show as a difference. */
function summarisedAll<const Runs extends readonly NamedRun[]>(runs: Runs, anonymize: boolean): { [Place in keyof Runs]: SummarisedRun } {
  const mask = anonymize ? maskOf(...runs.map(([, run]) => run)) : undefined;
  return runs.map(([file, run]) => summarised(file, run, mask)) as { [Place in keyof Runs]: SummarisedRun };
}

function summarised(file: string, run: Run, mask: Mask | undefined): SummarisedRun {
  const masked = mask === undefined ? run : anonymizeRun(run, mask);
  return { file: mask === undefined ? file : mask(file), run: masked, summary: summaryOf(masked) };
}

/** Written before anything is printed, so that a closed pipe does not cost the file. */
async function write(flag: string, path: string, text: string, context: CliContext): Promise<void> {
  try {
    await context.machine.files.writeText(path, text);
  } catch (error) {
    throw new RunError(`${flag}: ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A comparison in each form, made only when it is asked for. */
interface ComparisonForms {
  readonly warnings: readonly string[];
  readonly screen: (options: ComparisonScreenOptions) => Screen;
  readonly full: (setting: Setting) => string;
  readonly json: () => string;
  readonly html: () => string;
  readonly markdown: () => string;
}

async function print(flags: CompareFlags, context: CliContext, { warnings, screen, full, ...forms }: ComparisonForms): Promise<void> {
  const options: ComparisonScreenOptions = {
    written: flags.html === undefined ? [] : [["HTML report", flags.html]],
    filesAreNamed: flags.anonymize !== true,
  };
  // A script reads the JSON, the person beside it the warnings.
  if (isForPrograms(flags)) for (const warning of warnings) context.terminal.err(`podwire: warning: ${warning}\n`);
  const text = (setting: Setting): string => (flags.full === true ? full(setting) : renderScreen(screen(options), setting));
  await handOut(flags, { ...forms, text }, context);
}
