/**
 * From flags to a scenario: every name checked, every default filled in, once.
 * @packageDocumentation
 */

import { NEED_NAMES } from "../../advice/needs.js";
import { isSliceable } from "../../measure/observing/strategy.js";
import { secondsOf } from "../../measure/rounds/earlier-part.js";
import { NEEDED_SETS } from "../../model/conformance.js";
import { findMetric, METRIC_GROUPS, METRICS, metricsOf, SEARCH_METRICS, WORKLOADS, type WorkloadName } from "../../model/metric.js";
import type { Run } from "../../model/run.js";
import type { LabScenario } from "../../model/scenario.js";
import { modeOfVariant } from "../../model/variant.js";
import { type Mode, NEEDS } from "../../modes/contract.js";
import { isMeasuredUnnamed, whyNeverMeasured } from "../../modes/measured.js";
import { parseDuration, parseFraction, parseLinkRate } from "../../units/parse.js";
import { linksOf } from "../../use-cases/lab/links.js";
import { UnknownVariantError } from "../../variants/unknown-variant.js";
import { resolveVariant, type Variant } from "../../variants/variant.js";
import { suggestion } from "../completion/nearest.js";
import { UsageError } from "../errors.js";
import { seedFrom, usage, wholeNumber, words } from "./flag-values.js";
import { askedSearches, isSearch, type NoDropFlags } from "./no-drop-flags.js";
import { type LoadPlace, loadLimit, requireLoadable, type ServiceFlags, variantsOfServices } from "./service-flags.js";

/** Flags of `podwire lab` as the command line gives them. */
export interface LabFlags extends NoDropFlags, ServiceFlags {
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
  /** What works on every mode is tried too. */
  readonly conformance?: boolean;
  readonly seed?: string;
}

const QUICK_BUDGET = 47;
const DEFAULT_BUDGET = 215;
/** The margins of method.md: a capped link is quiet, an uncapped one is not. */
const MARGIN = { capped: 0.02, open: 0.05 } as const;
const QUICK_METRICS = "tcp,tcp-open,pps,latency,http";
const MTU = 1500;
const MAX_NODES = 8;

/**
 * Resolves flags; `freshSeed` is used when no seed is given.
 * @param say - called with each variant of the short form that is left out, and why
 */
export function scenarioFromFlags(
  flags: LabFlags,
  modes: readonly Mode[],
  freshSeed: number,
  say: (line: string) => void = () => undefined,
): LabScenario {
  const quick = flags.quick ?? false;
  const asked = flags.metrics ?? (quick ? QUICK_METRICS : "all");
  const { workloads, metrics } = resolveMetrics(asked, flags.duet ?? false);
  const searches = askedSearches(words(asked), flags);
  const margin = flags.margin === undefined ? undefined : usage("--margin", () => parseFraction(flags.margin ?? ""));
  if (margin !== undefined && (margin <= 0 || margin >= 1)) throw new UsageError("--margin: must be between 0 and 100 %, for example 2%");
  const budget =
    flags.budget === undefined ? (quick ? QUICK_BUDGET : DEFAULT_BUDGET) : usage("--budget", () => parseDuration(flags.budget ?? ""));
  if (budget <= 0) throw new UsageError("--budget: must be more than 0, for example 3m");
  const linkBitsPerSecond = usage("--link", () => parseLinkRate(flags.link)) ?? null;
  const nodes = wholeNumber("--nodes", flags.nodes, 2, MAX_NODES);
  const noDrop = searches.plan === undefined ? {} : { noDrop: searches.plan };
  const copies = linksOf({ workloads, linkBitsPerSecond, ...noDrop }).size;
  return {
    venue: "lab",
    modes: resolveModes(flags, modes, { nodes, copies }, say),
    workloads,
    metrics: [...metrics, ...searches.metrics],
    linkBitsPerSecond,
    mtu: MTU,
    nodes,
    ...offloadFromFlag(flags.offload),
    budgetSeconds: budget,
    margin: { capped: margin ?? MARGIN.capped, open: margin ?? MARGIN.open },
    // Side by side with the bare host, a path has no round in common with its mode's own nodes.
    configuredBaseline: !quick && flags.duet !== true,
    quick,
    strategy: flags.trials === true ? "trials" : "auto",
    ...(flags.duet === true ? { duet: true } : {}),
    ...noDrop,
    needs: resolveNeeds(flags.need),
    ...(flags.conformance === true ? { conformance: true } : {}),
    seed: seedFrom(flags.seed, freshSeed),
  };
}

/**
 * The scenario of a run that goes on: its own, except for the budget, which may have grown.
 * @param forRounds - of the seconds that `--budget` gives those that rounds have
 */
export function resumedScenario(
  run: Run,
  flags: Partial<LabFlags>,
  forRounds: (seconds: number) => number = (seconds) => seconds,
): LabScenario {
  const { scenario } = run;
  if (scenario.venue !== "lab") {
    throw new UsageError(
      "--resume: the run was made in a cluster, and only runs of the lab go on; start it again with `podwire cluster run`",
    );
  }
  const kept = (
    ["modes", "services", "proxy", "metrics", "margin", "quick", "trials", "duet", "offload", "need", "conformance", "seed"] as const
  ).filter((flag) => flags[flag] !== undefined);
  const [first] = kept;
  if (first !== undefined) throw new UsageError(`--resume: the run keeps its own --${first}; only --budget can be changed`);
  const given = flags.budget === undefined ? undefined : usage("--budget", () => parseDuration(flags.budget ?? ""));
  const budgetSeconds = given === undefined ? scenario.budgetSeconds : forRounds(given);
  const spent = secondsOf(run.observations);
  if (budgetSeconds <= spent) {
    let minutes = Math.ceil(spent / 60) + 1;
    while (forRounds(60 * minutes) <= spent) minutes += 1;
    throw new UsageError(
      `--resume: its budget of ${String(given ?? budgetSeconds)} s is spent. Give it more, for example --budget ${String(minutes)}m`,
    );
  }
  return { ...scenario, budgetSeconds };
}

function resolveModes(flags: ServiceFlags, modes: readonly Mode[], place: LoadPlace, say: (line: string) => void): string[] {
  const known = modes.map((mode) => mode.name);
  const short = variantsOfServices(flags, place);
  if (short === undefined && (flags.modes === undefined || flags.modes === "all"))
    return modes.filter(isMeasuredUnnamed).map(({ name }) => name);
  for (const line of short?.left ?? []) say(line);
  const asked = short?.modes ?? words(flags.modes ?? "");
  if (asked.length === 0) throw new UsageError("--modes: names no mode; `podwire lab modes` lists them");
  const variants = asked.map((text) => measuredVariant(text, "--modes: "));
  requireLoadable(variants, place, loadLimit(flags));
  const names = eachOnce(variants);
  const order = (variant: string): number => known.indexOf(modeOfVariant(variant));
  const changedHost = names.find((name) => name !== "host" && order(name) === order("host"));
  if (changedHost !== undefined) throw new UsageError(`--modes: ${changedHost}: the host is what everything is compared with, as it is`);
  return [...new Set(["host", ...names])].sort((one, other) => order(one) - order(other));
}

/**
 * Names of variants, in canonical form.
 * @throws UsageError where one of them is named twice
 */
export function eachOnce(variants: readonly Variant[]): readonly string[] {
  const names = variants.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new UsageError(`--modes: ${twice} is named twice`);
  return names;
}

/**
 * The variant of that name, or a usage error that names the nearest.
 * @param flag - what the error begins with
 */
export function knownVariant(text: string, flag: string, everywhere: readonly string[] = []): Variant {
  try {
    return resolveVariant(text, everywhere);
  } catch (error) {
    if (!(error instanceof UnknownVariantError)) throw error;
    throw new UsageError(
      `${flag}${error.message}.${suggestion(error.word, error.known)} \`podwire lab modes\` and \`podwire lab layers\` list them.`,
    );
  }
}

/** The same for a command that measures: a mode that is never measured is a usage error that says so. */
export function measuredVariant(text: string, flag: string): Variant {
  const variant = knownVariant(text, flag);
  const why = whyNeverMeasured(variant.name);
  if (why !== undefined) throw new UsageError(`${flag}${why}.`);
  return variant;
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

/** A group stands for the metrics of its workloads; a single name for itself and its CPU cost. */
function metricNames(name: string): string[] {
  const group = METRIC_GROUPS[name];
  if (group !== undefined) return group.flatMap(metricNamesOf);
  const workload = WORKLOADS.find((candidate) => candidate === name);
  if (workload !== undefined) return metricNamesOf(workload);
  const metric = findMetric(name);
  if (metric !== undefined) return [metric.name];
  if (isSearch(name)) return [];
  const known = [...METRICS, ...SEARCH_METRICS].map((known) => known.name).concat(Object.keys(METRIC_GROUPS));
  throw new UsageError(`--metrics: no metric is called ${name}.${suggestion(name, known)} Known are ${known.join(", ")}.`);
}

const metricNamesOf = (workload: WorkloadName): string[] =>
  metricsOf(workload).flatMap(({ name, byNameOnly }) => (byNameOnly === true ? [] : [name]));

/** Needs by name, or a usage error that names the nearest. */
export function resolveNeeds(list: string | undefined): string[] {
  const asked = words(list ?? "");
  for (const name of asked) {
    if (NEED_NAMES.includes(name)) continue;
    const known = `Known are ${NEEDS.join(", ")}; sets of checks: ${NEEDED_SETS.join(", ")}; and each check that \`podwire lab conformance\` tries.`;
    throw new UsageError(`--need: ${name} is not a need.${suggestion(name, NEED_NAMES)} ${known}`);
  }
  return NEED_NAMES.filter((need) => asked.includes(need));
}

/** `off` switches segmentation offload off; `on` leaves cables and tunnels as the kernel makes them. */
export function offloadFromFlag(text = "on"): { readonly offload?: "off" } {
  if (text !== "on" && text !== "off") throw new UsageError(`--offload: ${text} is neither on nor off`);
  return text === "off" ? { offload: "off" } : {};
}
