/**
 * Whether gates hold. A gate fails where the whole interval lies beyond its number, and where it cannot be judged although it should be: a gate that
 * judged nothing must not be green.
 * @packageDocumentation
 */
import type { GateOutcome, GateResult, Judgement } from "../model/run-comparison.js";
import { formatRatio } from "../units/format.js";
import { ratioOfRatios } from "./change.js";
import { formatGate, type Gate, GateError } from "./gate.js";
import { isMeasured, type MeasuredSide, modesAsked, pathsAsked, type SummarisedRun, sideOf, whyMissing } from "./sides.js";

/** What a straddling interval does. */
export type Undecided = "warn" | "fail";

/**
 * Refuses gates about what a run was not even asked to measure: such a gate could never say anything.
 * @throws GateError
 */
export function requireAsked(gates: readonly Gate[], a: SummarisedRun, b: SummarisedRun): void {
  for (const gate of gates) {
    requireAskedOf(gate, "B", b, modesAsked(b));
    if (gate.reads === "b-over-a") requireAskedOf(gate, "A", a, modesAsked(a));
  }
}

function requireAskedOf(gate: Gate, side: "A" | "B", summarised: SummarisedRun, modes: readonly string[]): void {
  const paths = pathsAsked(summarised);
  const { metrics } = summarised.run.scenario;
  const missing =
    gate.mode !== undefined && !modes.includes(gate.mode)
      ? ([gate.mode, modes] as const)
      : !paths.includes(gate.path)
        ? ([gate.path, paths] as const)
        : !metrics.includes(gate.metric)
          ? ([gate.metric, metrics] as const)
          : undefined;
  if (missing !== undefined) {
    const [name, known] = missing;
    throw new GateError(`${formatGate(gate)}: ${name} was not measured in ${side} (${summarised.file}), which has ${known.join(", ")}`);
  }
  if (modes.length === 0) throw new GateError(`${formatGate(gate)}: ${side} (${summarised.file}) measured no mode but host`);
}

/** Judges one gate on every mode that it is about. */
export function judgeGate(gate: Gate, a: SummarisedRun, b: SummarisedRun, undecided: Undecided): GateResult {
  const modes = gate.mode === undefined ? modesAsked(b) : [gate.mode];
  const judgements = orNothingJudged(modes.map((mode) => judgeMode(gate, mode, a, b, undecided)));
  return {
    gate: formatGate(gate),
    path: gate.path,
    metric: gate.metric,
    reads: gate.reads,
    outcome: worstOf(judgements.map(({ outcome }) => outcome)),
    judgements,
  };
}

const FROM_WORST: readonly GateOutcome[] = ["failed", "warned", "passed", "skipped"];

function worstOf(outcomes: readonly GateOutcome[]): GateOutcome {
  return FROM_WORST.find((outcome) => outcomes.includes(outcome)) ?? "failed";
}

function orNothingJudged(judgements: readonly Judgement[]): Judgement[] {
  if (judgements.some(({ outcome }) => outcome !== "skipped")) return [...judgements];
  return judgements.map(({ mode, reason }) => ({ mode, outcome: "failed", reason: `nothing could be judged: ${reason}` }));
}

function judgeMode(gate: Gate, mode: string, a: SummarisedRun, b: SummarisedRun, undecided: Undecided): Judgement {
  const name = { mode, path: gate.path, metric: gate.metric };
  const sides = { a: sideOf(a, name), b: sideOf(b, name) };
  if (!isMeasured(sides.b)) {
    const nobodyHas = sides.b.status === "unsupported" && (sides.a.status === "unsupported" || sides.a.status === "not-asked");
    return {
      mode,
      outcome: nobodyHas ? "skipped" : "failed",
      reason: whyMissing(sides.b, "B"),
    };
  }
  if (gate.reads === "b") return flagged(judged(gate, mode, sides.b.ratio, { n: sides.b.ratio.n }, undecided), { b: sides.b });
  if (isMeasured(sides.a)) return flagged(judgeChange(gate, mode, { a: sides.a, b: sides.b }, undecided), { a: sides.a, b: sides.b });
  const nothingBefore = sides.a.status === "unsupported" || sides.a.status === "not-asked";
  return {
    mode,
    outcome: nothingBefore ? "skipped" : "failed",
    reason: `nothing to compare with: ${whyMissing(sides.a, "A")}`,
  };
}

function judgeChange(
  gate: Gate,
  mode: string,
  { a, b }: { readonly a: MeasuredSide; readonly b: MeasuredSide },
  undecided: Undecided,
): Judgement {
  const change = ratioOfRatios(a.ratio, b.ratio);
  if (change !== undefined) return judged(gate, mode, change, { n: b.ratio.n, nOfA: a.ratio.n }, undecided);
  const moved = a.ratio.median === 0 ? "A" : "B";
  return { mode, outcome: "failed", reason: `nothing moved in ${moved}, so the two have no ratio` };
}

/** A flag leaves the figure standing, and so the judgement; its reader must know. */
function flagged(judgement: Judgement, { a, b }: { readonly a?: MeasuredSide; readonly b: MeasuredSide }): Judgement {
  const told = [
    ...(a?.flags === undefined ? [] : [`A flagged by ${a.flags.join(", ")}`]),
    ...(b.flags === undefined ? [] : [`B flagged by ${b.flags.join(", ")}`]),
  ];
  return told.length === 0 ? judgement : { ...judgement, reason: `${judgement.reason} (${told.join("; ")})` };
}

interface Limits {
  readonly median: number;
  readonly low: number | null;
  readonly high: number | null;
}

function judged(
  gate: Gate,
  mode: string,
  ratio: Limits,
  counts: { readonly n: number; readonly nOfA?: number },
  undecided: Undecided,
): Judgement {
  const { median, low, high } = ratio;
  const what = gate.reads === "b" ? "of the host" : "of A's ratio to its host";
  const rounds = counts.nOfA === undefined ? `n ${String(counts.n)}` : `n ${String(counts.nOfA)} in A, ${String(counts.n)} in B`;
  const [outcome, why] = outcomeOf(gate, ratio, undecided);
  return { mode, outcome, reason: `${formatRatio(median, low, high)} ${what} (${rounds}): ${why}`, median, low, high, ...counts };
}

function outcomeOf({ sign, number }: Gate, { low, high }: Limits, undecided: Undecided): readonly [GateOutcome, string] {
  const open = undecided === "fail" ? "failed" : "warned";
  if (low === null || high === null) return [open, "there is no interval, so it is undecided"];
  const [beyond, within] = sign === "<" ? [high < number, low >= number] : [low > number, high <= number];
  const limit = String(number);
  const side = sign === "<" ? "below" : "above";
  if (beyond) return ["failed", `the whole interval is ${side} ${limit}`];
  const held = sign === "<" ? "or more" : "or less";
  return within ? ["passed", `the whole interval is ${limit} ${held}`] : [open, `the interval straddles ${limit}, so it is undecided`];
}
