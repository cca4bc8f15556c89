/**
 * What a run that was made to explain a variant says: computed from its observations each time it is shown.
 * @packageDocumentation
 */
import { attribution, costTogether, type LadderFigures, type MeasuredRung } from "../explain/attribution.js";
import { explanationFrom } from "../explain/explanation.js";
import { profileTable } from "../explain/profile/profile-table.js";
import type { Told } from "../explain/profile/witnesses.js";
import type { ExplainedMetric, Explanation, Ladder, Points } from "../model/explanation.js";
import { findMetric, type Metric, type WorkloadName } from "../model/metric.js";
import { type MeasuredPath, samePath } from "../model/path.js";
import type { Run } from "../model/run.js";
import { UnknownVariantError } from "../variants/unknown-variant.js";
import { resolveVariant, type Variant } from "../variants/variant.js";
import { RunError } from "./errors.js";
import { type LaneFigures, laneFigures } from "./lane-figures.js";

const HOST: MeasuredPath = { mode: "host", path: "host-host" };

/**
 * The explanation of a run.
 * @throws RunError where the run explains a variant that this podwire does not know
 */
export function explanationOf(run: Run, ladder: Ladder): Explanation {
  const variant = variantOf(ladder);
  const explained = run.scenario.metrics.map((name) => ({ name, found: waterfall(run, ladder, name) }));
  const metrics = explained.flatMap(({ found }) => (found.metric === undefined ? [] : [found.metric]));
  const missing = explained.flatMap(({ name, found }) =>
    found.missing.map(({ what, reason }) => ({
      what: what === "" ? name : run.scenario.metrics.length > 1 ? `${what} in ${name}` : what,
      reason,
    })),
  );
  const profiles = profilesOf(run, ladder, (workload) => told(workload, explained));
  const costOf: CostOf = (layers) => explained.find(({ found }) => found.metric !== undefined)?.found.costOf?.(layers);
  return {
    ...explanationFrom({ variant, status: run.status, metrics, missing, scenario: run.scenario, costOf }),
    ...(profiles === undefined ? {} : { profiles }),
  };
}

function variantOf({ variant }: Ladder): Variant {
  try {
    return resolveVariant(variant);
  } catch (error) {
    if (error instanceof UnknownVariantError) throw new RunError(`${error.message}; the run was made by another version of podwire`);
    throw error;
  }
}

/** What the run's profiles say, each beside the waterfall of its workload. */
function profilesOf(run: Run, ladder: Ladder, toldOf: (workload: WorkloadName) => Told | undefined): Explanation["profiles"] {
  const held = { host: HOST, variant: { mode: ladder.variant, path: ladder.path }, seed: run.scenario.seed };
  return run.profiles?.map((profile) => {
    if ("unprofiled" in profile) return profile;
    const tooFew = { workload: profile.workload, unprofiled: `no CPU profile of ${profile.workload}: no round of it was whole` };
    return profileTable(profile, held, toldOf(profile.workload)) ?? tooFew;
  });
}

/** The first waterfall of a workload, as a witness. */
function told(workload: WorkloadName, explained: readonly { readonly found: Waterfall }[]): Told | undefined {
  const own = explained.find(({ found: { metric } }) => metric !== undefined && findMetric(metric.metric)?.workload === workload);
  const { metric, costOf } = own?.found ?? {};
  if (metric === undefined || costOf === undefined) return undefined;
  return { better: metric.better, effects: metric.effects, costOf };
}

/** What layers of a waterfall cost together; undefined where that is not known. */
type CostOf = (layers: readonly string[]) => Points | undefined;

/** The waterfall of one metric, or why there is none. */
export interface Waterfall {
  readonly metric?: ExplainedMetric;
  readonly costOf?: CostOf;
  /** What has no figures; `what` is empty for the metric itself. */
  readonly missing: Explanation["missing"];
}

/** What a run says of one metric of a ladder. */
export function waterfall(run: Run, ladder: Ladder, name: string): Waterfall {
  const metric = findMetric(name);
  if (metric === undefined) return { missing: [{ what: "", reason: "this podwire knows no such metric" }] };
  const own: MeasuredPath = { mode: ladder.variant, path: ladder.path };
  const others: readonly MeasuredPath[] = [...ladder.rungs, ...ladder.without.map(({ mode }): MeasuredPath => ({ mode, path: "pod-pod" }))];
  const lanes = laneFigures(run, metric, { host: HOST, lanes: [own, ...others] });
  const reasonOf = (lane: MeasuredPath): string => lanes.whyNot(lane) ?? reasonInRun(run, metric, lane);
  const missing = [own, ...others]
    .filter((lane) => !lanes.has(lane))
    .map((lane) => ({ what: laneName(ladder, lane), reason: reasonOf(lane) }));
  const figures = lanes.has(own) ? joined(ladder, own, lanes) : undefined;
  const found = figures === undefined ? undefined : attribution(figures, metric.better);
  if (figures !== undefined && found !== undefined)
    return { metric: { metric: name, ...found }, costOf: (layers) => costTogether(figures, layers), missing };
  const reason = lanes.has(own) ? "too few rounds were finished; give it a larger --budget" : reasonOf(own);
  return { missing: [{ what: "", reason: lanes.whyNot(HOST) ?? reason }] };
}

const laneName = ({ variant, rungs, without }: Ladder, lane: MeasuredPath): string => {
  const rung = rungs.find((one) => samePath(one, lane));
  if (rung !== undefined) return `the rung "${rung.title}"`;
  const gone = without.find(({ mode }) => mode === lane.mode);
  return gone === undefined ? variant : `${variant} without ${gone.layers.join(" and ")}`;
};

/** Why a lane has no figures, as the run tells it. */
function reasonInRun({ modes, paths, observations }: Run, { workload }: Metric, lane: MeasuredPath): string {
  const path = paths.find((one) => samePath(one, lane));
  const built = path?.reason ?? modes.find(({ mode }) => mode === lane.mode)?.reason;
  const failed = observations.find((one) => one.workload === workload && one.error !== undefined && samePath(one, lane))?.error;
  return built ?? path?.unsupportedWorkloads?.[workload] ?? failed ?? "it was not measured in enough rounds";
}

/** What was measured; a rung that was not is part of the next one. */
function joined({ rungs, without }: Ladder, variant: MeasuredPath, lanes: LaneFigures): LadderFigures | undefined {
  const measured: (MeasuredRung & { readonly lane: MeasuredPath })[] = [];
  let open: Ladder["rungs"] = [];
  for (const rung of rungs) {
    open = [...open, rung];
    if (!lanes.has(rung)) continue;
    measured.push({ layers: open.map(({ layer }) => layer), title: open.map(({ title }) => title).join(" + "), lane: rung });
    open = [];
  }
  // Layers behind the last measured rung belong to none, and what they cost is not explained.
  if (measured.length === 0) return undefined;
  const apart = without
    .map(({ layers, mode }) => ({ layers, lane: { mode, path: "pod-pod" } satisfies MeasuredPath }))
    .filter(({ lane }) => lanes.has(lane));
  const columns = [...measured.map(({ lane }) => lane), variant, ...apart.map(({ lane }) => lane)];
  return { rungs: measured, without: apart, figures: lanes.figures(columns) };
}
