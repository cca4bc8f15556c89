/**
 * From figures and stated needs to a recommendation.
 * @packageDocumentation
 */
import type { Advised, Adviser, MeasuredRun } from "../model/adviser.js";
import { isNotToBeRun, NONE_TO_BE_RUN } from "../model/put-layer.js";
import type { Recommendation } from "../model/summary.js";
import { modeOfVariant } from "../model/variant.js";
import { listed } from "../units/listed.js";
import { brokenIn } from "./broken.js";
import { clusterAdvice } from "./cluster.js";
import { type Known, type ModeKnowledge, whyExcluded } from "./knowledge.js";
import { type Ranked, rank } from "./ranking.js";
import { type Knowledge, recommend } from "./recommendation.js";
import { weightsOf } from "./score.js";
import { costsOf, keptText, whyOf } from "./words.js";

/** An adviser that knows these modes: pass the catalogue. */
export function adviserOf(catalogue: readonly ModeKnowledge[]): Adviser {
  return (run) =>
    advise(run, (mode) => ({
      file: catalogue.find(({ name }) => name === modeOfVariant(mode)),
      layers: run.modes.find((one) => one.mode === mode)?.layers,
      tried: run.conformance?.variants.find(({ variant }) => variant === mode),
    }));
}

function advise(run: MeasuredRun, knowledge: Knowledge): Advised {
  if (run.scenario.venue === "cluster") return { ranking: [], excluded: [], advice: clusterAdvice(run) };
  const { needs } = run.scenario;
  const measured = run.modes.filter(({ mode, status }) => mode !== "host" && (status === "measured" || status === "broken"));
  const excluded = measured.flatMap(({ mode }) => {
    const exclusion = whyExcluded(knowledge(mode), needs);
    return exclusion === undefined ? [] : [{ mode, ...exclusion }];
  });
  const candidates = measured.filter(({ mode }) => !excluded.some((left) => left.mode === mode));
  const broken = brokenIn(candidates);
  const ranked = rank(
    run,
    candidates.map(({ mode }) => mode).filter((mode) => !broken.some((one) => one.mode === mode)),
  );
  const scoredMetrics = run.scenario.metrics.filter((metric) => ranked.some(({ mode }) => run.between(mode, "host").has(metric)));
  const recommendation = recommend(toBeRun(run, ranked), needs, knowledge);
  const last = ranked.length + 1;
  return {
    ranking: [
      ...ranked.map((one) => entryOf(run, one, knowledge(one.mode), scoredMetrics)),
      ...broken.map(({ mode, why }) => ({ mode, rank: last, score: 0, scoreLow: null, scoreHigh: null, why })),
    ],
    rankingWeights: weightsOf(scoredMetrics),
    excluded,
    advice: adviceText(run, recommendation, excluded, knowledge),
    ...(recommendation === undefined ? {} : { recommendation }),
  };
}

/** Leaves out what is not to be run: what was planted to go wrong, and parts of a mode. */
function toBeRun({ modes }: MeasuredRun, ranked: readonly Ranked[]): readonly Ranked[] {
  const left = new Set(modes.filter(isNotToBeRun).map(({ mode }) => mode));
  return ranked.filter(({ mode }) => !left.has(mode));
}

function entryOf(
  run: MeasuredRun,
  { mode, rank: place, score }: Ranked,
  known: Known,
  scored: readonly string[],
): Advised["ranking"][number] {
  const own = run.between(mode, "host");
  const missing = scored.filter((metric) => !own.has(metric));
  const summary = run.modes.find((one) => one.mode === mode);
  return {
    mode,
    rank: place,
    score: Math.exp(score.estimate),
    scoreLow: Math.exp(score.low),
    scoreHigh: Math.exp(score.high),
    why: summary === undefined ? "" : whyOf(summary, known, run.scenario.needs, missing),
  };
}

function adviceText(run: MeasuredRun, chosen: Recommendation | undefined, excluded: Advised["excluded"], knowledge: Knowledge): string {
  if (chosen === undefined) return nothingToRun(run, excluded);
  const partial = run.status === "partial" ? " The run was cut short, so further rounds may change this." : "";
  return (
    [whatToRun(run, chosen), whatRanksBefore(chosen), whatItNeeds(chosen, knowledge(chosen.mode).file), otherwise(run, chosen)]
      .filter((text) => text !== "")
      .join(" ") + partial
  );
}

function nothingToRun(run: MeasuredRun, excluded: Advised["excluded"]): string {
  const asked = run.scenario.modes.filter((mode) => mode !== "host");
  if (asked.length === 0) return "Only the bare hosts were measured, so there is nothing to choose from; name modes with --modes.";
  const pods = run.modes.filter(({ mode }) => mode !== "host");
  if (pods.length > 0 && pods.every(isNotToBeRun)) return NONE_TO_BE_RUN;
  const measured = pods.filter(({ status }) => status === "measured");
  if (measured.length === 0) return "No mode could be measured, so none can be recommended; the reasons stand with the modes.";
  const why = excluded.map(({ mode, why: reason }) => `${mode} (${reason})`).join("; ");
  if (excluded.length === measured.length) return `No measured mode meets the stated needs (${run.scenario.needs.join(", ")}): ${why}.`;
  const left = excluded.length === 0 ? "" : ` Not meeting the stated needs: ${why}.`;
  return `No mode has a ratio to the host with an interval, so none can be recommended; a longer --budget gives the rounds that it takes (3 at least).${left}`;
}

function whatToRun(run: MeasuredRun, { mode, tied, kept }: Recommendation): string {
  const costs = `${kept === undefined ? "" : `${keptText(kept)} and `}${costsFor(run, mode)}`;
  if (tied.length === 0) return `Run ${mode}: it ${costs}.`;
  return `Run ${mode}: it ${costs}; ${listed(tied)} cannot be told apart from it by their scores, so choose among them by what they need.`;
}

const whatRanksBefore = ({ before = [] }: Recommendation): string =>
  before.length === 0
    ? ""
    : `${listed(before)} ${before.length === 1 ? "ranks" : "rank"} before it by what is said of it, and was not tried with packets.`;

function whatItNeeds({ mode, care }: Recommendation, file: ModeKnowledge | undefined): string {
  const conditions = [...(file?.requires ?? []), ...care];
  return conditions.length === 0 ? "" : `What ${mode} needs: ${conditions.join("; ")}.`;
}

const otherwise = (run: MeasuredRun, { otherwise: instead }: Recommendation): string =>
  instead === undefined
    ? ""
    : `${instead.where}, run ${either([instead.mode, ...(instead.tied ?? [])])}: ${instead.tied === undefined ? "it" : instead.mode} ${costsFor(run, instead.mode)}.`;

/** `a`, `a or b`, `a, b or c`. */
const either = (names: readonly string[]): string => listed(names, "or");

function costsFor(run: MeasuredRun, mode: string): string {
  const summary = run.modes.find((one) => one.mode === mode);
  return (summary === undefined ? undefined : costsOf(summary)) ?? "has no ratio with an interval";
}
