/**
 * Variants with a planted fault: what they were built for is a result.
 * @packageDocumentation
 */
import type { Metric } from "../../model/metric.js";
import type { MeasuredPath } from "../../model/path.js";
import { hasFault } from "../../model/put-layer.js";
import type { Observation, Run } from "../../model/run.js";
import type { CampaignSource } from "./campaign-sources.js";
import type { BoardCell } from "./cell-board.js";
import type { NoFigure } from "./figure.js";
import { whyUnusable } from "./pairing.js";

/** Whether a path is one of a variant with a planted fault. */
export const isFaulty = ({ modes }: Run, { mode }: MeasuredPath): boolean => modes.some((built) => built.mode === mode && hasFault(built));

/** What a metric is read from: of a rate itself, of times and costs what was done meanwhile. */
const moved =
  ({ name, estimator, better }: Metric) =>
  ({ values, work }: Observation): boolean =>
    estimator.kind === "value" && better === "higher" ? (values[name] ?? 0) > 0 : work > 0;

/**
 * Why a path of a variant with a planted fault is broken in a metric: nothing arrived in any of its observations, while the path that it is compared with
 * carried the same load. Undefined where something arrived, where no fault was planted, and where the other path says nothing either: the cause may then be
 * the tool's.
 */
export function silenceOf(
  { run }: { readonly run: Run },
  metric: Metric,
  { numerator, denominator }: Pick<BoardCell, "numerator" | "denominator">,
  { record }: CampaignSource,
): NoFigure | undefined {
  if (!isFaulty(run, numerator)) return undefined;
  const own = record.of(numerator);
  const carries = (one: Observation): boolean => whyUnusable(metric, one) === undefined && moved(metric)(one);
  if (own.length === 0 || own.some(carries) || !record.of(denominator).some(carries)) return undefined;
  const told = own.find(({ error }) => error !== undefined)?.error;
  const times = `nothing arrived in ${String(own.length)} ${own.length === 1 ? "observation" : "observations"}`;
  return { status: "broken", reason: told === undefined ? times : `${times}: ${told}` };
}
