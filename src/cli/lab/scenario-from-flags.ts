/**
 * From flags to a scenario: every name checked, every default filled in, once.
 * @packageDocumentation
 */

import { isSliceable } from "../../measure/observing/strategy.js";
import { secondsOf } from "../../measure/rounds/earlier-part.js";
import { findMetric, METRIC_GROUPS, METRICS, metricsOf, SEARCH_METRICS, WORKLOADS, type WorkloadName } from "../../model/metric.js";
import type { Run } from "../../model/run.js";
import type { LabScenario } from "../../model/scenario.js";
import { modeOfVariant } from "../../model/variant.js";
import { type Mode, NEEDS } from "../../modes/contract.js";
import { type LayerName, resolveVariant, UnknownVariantError } from "../../modes/variant.js";
import { parseDuration, parseFraction, parseLinkRate } from "../../units/parse.js";
import { suggestion } from "../completion/nearest.js";
import { UsageError } from "../errors.js";
import { askedSearches, isSearch, type NoDropFlags } from "./no-drop-flags.js";

/** Flags of `podwire lab` as the command line gives them. */
export interface LabFlags extends NoDropFlags {
  readonly modes?: string;
  readonly metrics?: string;
  readonly link: string;
  readonly budget?: string;
  readonly margin?: string;
  readonly quick?: boolean;
  /** No time slices, trials only. */
  readonly trials?: boolean;
  /** Slices of a path at the same time as the host's. */
  readonly duet?: boolean;
  readonly nodes: string;
  readonly offload?: string;
  readonly need?: string;
  readonly seed?: string;
}

const QUICK_BUDGET = 50;
const DEFAULT_BUDGET = 215;
/** The margins of method.md: a capped link is quiet, an uncapped one is not. */
const MARGIN = { capped: 0.02, open: 0.05 } as const;
const QUICK_METRICS = "tcp,pps,latency,http";
const MTU = 1500;
const MAX_NODES = 8;

/** Resolves flags; `freshSeed` is used when no seed is given. */
export function scenarioFromFlags(flags: LabFlags, modes: readonly Mode[], freshSeed: number): LabScenario {
  const quick = flags.quick ?? false;
  const asked = flags.metrics ?? (quick ? QUICK_METRICS : "all");
  const { workloads, metrics } = resolveMetrics(asked, flags.duet ?? false);
  const searches = askedSearches(words(asked), flags);
  const margin = flags.margin === undefined ? undefined : usage("--margin", () => parseFraction(flags.margin ?? ""));
  if (margin !== undefined && (margin <= 0 || margin >= 1)) throw new UsageError("--margin: must be between 0 and 100 %, for example 2%");
  const budget =
    flags.budget === undefined ? (quick ? QUICK_BUDGET : DEFAULT_BUDGET) : usage("--budget", () => parseDuration(flags.budget ?? ""));
  if (budget <= 0) throw new UsageError("--budget: must be more than 0, for example 3m");
  return {
    venue: "lab",
    modes: resolveModes(flags.modes, modes),
    workloads,
    metrics: [...metrics, ...searches.metrics],
    linkBitsPerSecond: usage("--link", () => parseLinkRate(flags.link)) ?? null,
    mtu: MTU,
    nodes: wholeNumber("--nodes", flags.nodes, 2, MAX_NODES),
    ...offloadFromFlag(flags.offload),
    budgetSeconds: budget,
    margin: { capped: margin ?? MARGIN.capped, open: margin ?? MARGIN.open },
    // Side by side with the bare host, a path has no round in common with its mode's own nodes.
    configuredBaseline: !quick && flags.duet !== true,
    quick,
    strategy: flags.trials === true ? "trials" : "auto",
    ...(flags.duet === true ? { duet: true } : {}),
    ...(searches.plan === undefined ? {} : { noDrop: searches.plan }),
    needs: resolveNeeds(flags.need),
    seed: flags.seed === undefined ? freshSeed : wholeNumber("--seed", flags.seed, 0, 2 ** 31 - 1),
  };
}

/** The scenario of a run that goes on: its own, except for the budget, which may have grown. */
export function resumedScenario(run: Run, flags: LabFlags): LabScenario {
  const { scenario } = run;
  if (scenario.venue !== "lab") {
    throw new UsageError(
      "--resume: the run was made in a cluster, and only runs of the lab go on; start it anew with `podwire cluster run`",
    );
  }
  const given = (["modes", "metrics", "margin", "quick", "trials", "duet", "offload", "need", "seed"] as const).filter(
    (flag) => flags[flag] !== undefined,
  );
  const [first] = given;
  if (first !== undefined) throw new UsageError(`--resume: the run keeps its own --${first}; only --budget can be given anew`);
  const budgetSeconds = flags.budget === undefined ? scenario.budgetSeconds : usage("--budget", () => parseDuration(flags.budget ?? ""));
  const spent = secondsOf(run.observations);
  if (budgetSeconds <= spent) {
    const least = `${String(Math.ceil(spent / 60) + 1)}m`;
    throw new UsageError(`--resume: its budget of ${String(budgetSeconds)} s is spent. Give it more, for example --budget ${least}`);
  }
  return { ...scenario, budgetSeconds };
}

/** The words of a list with commas. */
export const words = (list: string): string[] =>
  list
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

function resolveModes(list: string | undefined, modes: readonly Mode[]): string[] {
  const known = modes.map((mode) => mode.name);
  if (list === undefined || list === "all") return known;
  const asked = words(list);
  if (asked.length === 0) throw new UsageError("--modes: names no mode; `podwire lab modes` lists them");
  const variants = new Set(["host", ...asked.map((text) => knownVariant(text, "--modes: ").name)]);
  const place = (variant: string): number => known.indexOf(modeOfVariant(variant));
  const changedHost = [...variants].find((variant) => variant !== "host" && place(variant) === place("host"));
  if (changedHost !== undefined) throw new UsageError(`--modes: ${changedHost}: the host is what everything is compared with, as it is`);
  return [...variants].sort((one, other) => place(one) - place(other));
}

/**
 * The variant of that name, or a usage error that names the nearest.
 * @param flag - what the error begins with
 */
export function knownVariant(text: string, flag: string, everywhere: readonly LayerName[] = []): Mode {
  try {
    return resolveVariant(text, everywhere);
  } catch (error) {
    if (!(error instanceof UnknownVariantError)) throw error;
    throw new UsageError(`${flag}${error.message}.${suggestion(error.word, error.known)} \`podwire lab modes\` lists them.`);
  }
}

/** Side by side, CPU time cannot be told apart, so that duets have no CPU cost. */
export function resolveMetrics(list: string, duet: boolean): { workloads: WorkloadName[]; metrics: string[] } {
  const asked = words(list);
  if (asked.length === 0) throw new UsageError(`--metrics: names no metric; known are ${METRICS.map((metric) => metric.name).join(", ")}`);
  const wanted = new Set(asked.flatMap(metricNames));
  const metrics = METRICS.filter(
    (metric) => wanted.has(metric.name) && !(duet && metric.estimator.kind === "cpu" && isSliceable(metric.workload)),
  );
  const workloads = WORKLOADS.filter((workload) => metrics.some((metric) => metric.workload === workload));
  return { workloads, metrics: metrics.map((metric) => metric.name) };
}

/** A group stands for all metrics of its workloads; a single name for itself and its CPU cost. */
function metricNames(name: string): string[] {
  const group = METRIC_GROUPS[name];
  if (group !== undefined) return group.flatMap((workload) => metricsOf(workload).map((metric) => metric.name));
  const workload = WORKLOADS.find((candidate) => candidate === name);
  if (workload !== undefined) return metricsOf(workload).map((metric) => metric.name);
  const metric = findMetric(name);
  if (metric !== undefined) return [metric.name];
  if (isSearch(name)) return [];
  const known = [...METRICS, ...SEARCH_METRICS].map((known) => known.name).concat(Object.keys(METRIC_GROUPS));
  throw new UsageError(`--metrics: no metric is called ${name}.${suggestion(name, known)} Known are ${known.join(", ")}.`);
}

/** Needs by name, or a usage error that names the nearest. */
export function resolveNeeds(list: string | undefined): string[] {
  const asked = words(list ?? "");
  for (const name of asked) {
    if (!NEEDS.some((need) => need === name)) {
      throw new UsageError(`--need: ${name} is not a need.${suggestion(name, NEEDS)} Known are ${NEEDS.join(", ")}.`);
    }
  }
  return NEEDS.filter((need) => asked.includes(need));
}

/** `off` switches segmentation offload off; `on` leaves cables and tunnels as the kernel makes them. */
export function offloadFromFlag(text = "on"): { readonly offload?: "off" } {
  if (text !== "on" && text !== "off") throw new UsageError(`--offload: ${text} is neither on nor off`);
  return text === "off" ? { offload: "off" } : {};
}

/** A whole number within bounds, or a usage error that names the flag. */
export function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new UsageError(`${flag}: ${text} is not a whole number from ${String(least)} to ${String(most)}`);
  }
  return value;
}

/** Turns what a parser throws into a usage error that names the flag. */
export function usage<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`${flag}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
