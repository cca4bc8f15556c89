/**
 * From figures and stated needs to a recommendation.
 * @packageDocumentation
 */
import type { Advised, Adviser, MeasuredRun } from "../model/adviser.js";
import { modeOfVariant } from "../model/variant.js";
import { clusterAdvice } from "./cluster.js";
import { caveats, fulfilmentOf, type ModeKnowledge, whyExcluded } from "./knowledge.js";
import { type Ranked, rank } from "./ranking.js";
import { weightsOf } from "./score.js";
import { costsOf, listed, whyOf } from "./words.js";

/** An adviser that knows these modes: pass the catalogue. */
export function adviserOf(catalogue: readonly ModeKnowledge[]): Adviser {
  return (run) => advise(run, (mode) => catalogue.find(({ name }) => name === modeOfVariant(mode)));
}

type Knowledge = (mode: string) => ModeKnowledge | undefined;

function advise(run: MeasuredRun, knowledge: Knowledge): Advised {
  if (run.scenario.venue === "cluster") return { ranking: [], excluded: [], advice: clusterAdvice(run) };
  const { needs } = run.scenario;
  const measured = run.modes.filter(({ mode, status }) => mode !== "host" && status === "measured");
  const excluded = measured.flatMap(({ mode }) => {
    const why = whyExcluded(knowledge(mode), needs);
    return why === undefined ? [] : [{ mode, why }];
  });
  const candidates = measured.filter(({ mode }) => !excluded.some((left) => left.mode === mode)).map(({ mode }) => mode);
  const ranked = rank(run, candidates);
  const scoredMetrics = run.scenario.metrics.filter((metric) => ranked.some(({ mode }) => run.between(mode, "host").has(metric)));
  return {
    ranking: ranked.map((one) => entryOf(run, one, knowledge(one.mode), scoredMetrics)),
    rankingWeights: weightsOf(scoredMetrics),
    excluded,
    advice: adviceText(run, ranked, excluded, knowledge),
  };
}

function entryOf(
  run: MeasuredRun,
  { mode, rank: place, score }: Ranked,
  knowledge: ModeKnowledge | undefined,
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
    why: summary === undefined ? "" : whyOf(summary, knowledge, run.scenario.needs, missing),
  };
}

function adviceText(run: MeasuredRun, ranked: readonly Ranked[], excluded: Advised["excluded"], knowledge: Knowledge): string {
  const [first] = ranked;
  if (first === undefined) return nothingToRun(run, excluded);
  const best = ranked.filter(({ rank: place }) => place === first.rank);
  const partial = run.status === "partial" ? " The run was cut short, so further rounds may change this." : "";
  return (
    [whatToRun(run, first, best), whatItNeeds(run, first, knowledge(first.mode)), otherwise(run, ranked, first, knowledge)]
      .filter((text) => text !== "")
      .join(" ") + partial
  );
}

function nothingToRun(run: MeasuredRun, excluded: Advised["excluded"]): string {
  if (excluded.length > 0)
    return `No measured mode meets the stated needs (${run.scenario.needs.join(", ")}): ${excluded.map(({ mode, why }) => `${mode} (${why})`).join("; ")}.`;
  const asked = run.scenario.modes.filter((mode) => mode !== "host");
  if (asked.length === 0) return "Only the bare hosts were measured, so there is nothing to choose from; name modes with --modes.";
  return "No mode has a ratio to the host with an interval, so none can be recommended; a longer --budget gives the rounds that it takes (3 at least).";
}

function whatToRun(run: MeasuredRun, first: Ranked, best: readonly Ranked[]): string {
  const costs = costsFor(run, first.mode);
  if (best.length === 1) return `Run ${first.mode}: it ${costs}.`;
  const others = best.slice(1).map(({ mode }) => mode);
  return `Run ${first.mode}: it ${costs}; ${listed(others)} cannot be told apart from it, so choose among them by what they need.`;
}

function whatItNeeds(run: MeasuredRun, { mode }: Ranked, knowledge: ModeKnowledge | undefined): string {
  const conditions = [...(knowledge?.requires ?? []), ...caveats(knowledge, run.scenario.needs)];
  return conditions.length === 0 ? "" : `What ${mode} needs: ${conditions.join("; ")}.`;
}

/** What to run where the first choice cannot be: the best mode that asks less of the network, else the best that carries Services. */
function otherwise(run: MeasuredRun, ranked: readonly Ranked[], first: Ranked, knowledge: Knowledge): string {
  const meets = (mode: string, need: string): boolean => fulfilmentOf(knowledge(mode), need).met === "yes";
  for (const { need, where } of FALLBACKS) {
    if (meets(first.mode, need)) continue;
    const other = ranked.find(({ mode }) => meets(mode, need));
    if (other !== undefined) return `${where}, run ${other.mode}: it ${costsFor(run, other.mode)}.`;
  }
  return "";
}

const FALLBACKS = [
  { need: "no-l2", where: "Where the nodes do not share one L2 segment" },
  { need: "services", where: "Where pods use Services through kube-proxy" },
] as const;

function costsFor(run: MeasuredRun, mode: string): string {
  const summary = run.modes.find((one) => one.mode === mode);
  return (summary === undefined ? undefined : costsOf(summary)) ?? "has no ratio with an interval";
}
