import { compareRuns } from "../compare/comparison.js";
import { type Gate, GateError, parseGate } from "../compare/gate.js";
import type { SummarisedRun } from "../compare/sides.js";
import { METRICS } from "../model/metric.js";
import type { Run } from "../model/run.js";
import type { RunComparison } from "../model/run-comparison.js";
import { MODES } from "../modes/index.js";
import { anonymizeRun, type Mask, maskOf } from "../report/anonymize.js";
import { renderComparisonJson } from "../report/compare/json.js";
import { renderJunit } from "../report/compare/junit.js";
import { renderComparisonMarkdown } from "../report/compare/markdown.js";
import { renderComparisonTerminal } from "../report/compare/terminal.js";
import type { CliContext } from "./context.js";
import { summaryOf } from "./deliver.js";
import { EXIT, RunError, UsageError } from "./errors.js";
import { suggestion } from "./nearest.js";
import { readRun } from "./report.js";

/** Flags of `podwire compare`. */
export interface CompareFlags {
  readonly failOn?: readonly string[];
  readonly undecided: "warn" | "fail";
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly junit?: string;
  readonly anonymize?: boolean;
}

/** Compares run B with run A and judges gates; the exit code says whether one fails. */
export async function compare(a: string, b: string, flags: CompareFlags, context: CliContext): Promise<number> {
  const written = flags.failOn ?? [];
  if (flags.junit !== undefined && written.length === 0) throw new UsageError("--junit: writes what gates came to; add --fail-on GATE");
  const [runA, runB] = await readBoth(a, b, context);
  const names = { modes: modeNames(runA, runB), metrics: METRICS.map((metric) => metric.name) };
  const comparison = gating(() => {
    const gates: readonly Gate[] = written.map((text) => parseGate(text, names));
    return compareRuns(...sides([a, runA], [b, runB], flags.anonymize === true), gates, flags.undecided);
  });
  if (flags.junit !== undefined) await writeJunit(flags.junit, comparison, context);
  deliver(comparison, flags, context);
  return comparison.outcome === "failed" ? EXIT.gate : EXIT.ok;
}

async function readBoth(a: string, b: string, context: CliContext): Promise<readonly [Run, Run]> {
  return [await readRun(a, context), await readRun(b, context)];
}

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

function sides(a: readonly [string, Run], b: readonly [string, Run], anonymize: boolean): [SummarisedRun, SummarisedRun] {
  const mask = anonymize ? maskOfBoth(a[1], b[1]) : undefined;
  return [summarised(...a, mask), summarised(...b, mask)];
}

function summarised(file: string, run: Run, mask: Mask | undefined): SummarisedRun {
  const masked = mask === undefined ? run : anonymizeRun(run, mask);
  return { file: mask === undefined ? file : mask(file), run: masked, summary: summaryOf(masked) };
}

/** One mask for both: what is the same in both must stay the same, or it would show as a difference. */
function maskOfBoth(a: Run, b: Run): Mask {
  const prefixed = <Value>(prefix: string, record: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [`${prefix}.${key}`, value]));
  return maskOf({
    ...a,
    environment: { ...prefixed("a", a.environment), ...prefixed("b", b.environment) },
    raw: { ...prefixed("a", a.raw), ...prefixed("b", b.raw) },
  });
}

/** Written before anything is printed, so that a closed pipe does not cost the file. */
async function writeJunit(path: string, comparison: RunComparison, context: CliContext): Promise<void> {
  try {
    await context.machine.files.writeText(path, renderJunit(comparison));
  } catch (error) {
    throw new RunError(`--junit: ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function deliver(comparison: RunComparison, flags: CompareFlags, context: CliContext): void {
  const { out, err, colour, columns } = context.terminal;
  if (flags.json === true) {
    // A script reads the JSON, the person beside it the warnings.
    for (const warning of comparison.warnings) err(`podwire: warning: ${warning}\n`);
    out(renderComparisonJson(comparison));
  } else if (flags.markdown === true) out(renderComparisonMarkdown(comparison));
  else out(renderComparisonTerminal(comparison, { width: columns(), colour: colour.out }));
}
