/**
 * A lab's run beside runs of clusters, lined up by the mode that was detected there: did the lab predict the ratios, and their order?
 * @packageDocumentation
 */
import type { Inspection } from "../../model/inspection.js";
import { METRICS, type Metric } from "../../model/metric.js";
import { networkMode } from "../../model/network-mode.js";
import { PREDICTION_SCHEMA, type PredictedCell, type PredictedCluster, type Prediction } from "../../model/prediction.js";
import { refOf } from "../comparison.js";
import { isMeasured, type SummarisedRun, sideOf, sideOfOwnHosts } from "../sides.js";
import { explanationsOf } from "./explanations.js";
import { differenceOf, nearness } from "./nearness.js";
import { ordersOf } from "./order.js";

/** The one path that both venues have. */
const PATH = "pod-pod";
/** What a cluster's mode is called when it could not be determined. */
const UNKNOWN = "unknown";

/**
 * Holds a lab's ratios beside those of clusters. Absolute figures are not looked at: the machines are others.
 * @param whyNeverMeasured - of a mode that no lab measures: why, one sentence without a full stop
 */
export function predict(
  lab: SummarisedRun,
  clusters: readonly SummarisedRun[],
  whyNeverMeasured: (mode: string) => string | undefined = () => undefined,
): Prediction {
  const lined = clusters.map((run) => lineUp(lab, run, whyNeverMeasured));
  const cells = lined.flatMap(({ mode, inLab }, index) => (inLab ? cellsOf(lab, clusters[index], mode, index) : []));
  return {
    schema: PREDICTION_SCHEMA,
    lab: refOf(lab),
    clusters: lined,
    warnings: [...warningsOf(lab, clusters), ...lined.filter(isStandIn(clusters)).map(({ sentence }) => sentence)],
    cells,
    orders: ordersOf(cells),
    explanations: clusters.flatMap((cluster, index) =>
      explanationsOf(lab.run, cluster.run).map(({ bearsOn, ...told }) => ({
        cluster: index,
        ...told,
        mayExplain: cells
          .filter((cell) => cell.cluster === index && cell.near === "no" && bearsOn(cell.metric))
          .map(({ metric }) => metric),
      })),
    ),
  };
}

/** Whether a mode of the lab stands for a network that it is not, or not in everything. */
const isStandIn =
  (clusters: readonly SummarisedRun[]) =>
  ({ inLab }: PredictedCluster, index: number): boolean => {
    const cluster = clusters[index];
    return inLab && cluster !== undefined && (networkMode(cluster.run) === UNKNOWN || differsOf(cluster).length > 0);
  };

const differsOf = ({ run: { inspection } }: SummarisedRun): readonly string[] => inspection?.differs ?? [];

function warningsOf(lab: SummarisedRun, clusters: readonly SummarisedRun[]): string[] {
  return [lab, ...clusters].flatMap(({ file, run }) =>
    run.status === "partial" ? [`${file} is a partial run: ${run.partialReason ?? "it ended early"}.`] : [],
  );
}

function lineUp(lab: SummarisedRun, cluster: SummarisedRun, whyNeverMeasured: (mode: string) => string | undefined): PredictedCluster {
  const detected = networkMode(cluster.run);
  const nearest = cluster.run.inspection?.nearest;
  const labModes = lab.summary.modes.filter((one) => one.status === "measured").map((one) => one.mode);
  const otherPaths = new Set<string>(measuredPaths(cluster).filter((path) => path !== PATH && !path.startsWith("host-host")));
  const common = { run: refOf(cluster), otherPaths: [...otherPaths] };
  if (detected === UNKNOWN && nearest !== undefined && labModes.includes(nearest.mode))
    return { ...common, mode: nearest.mode, inLab: true, sentence: standsIn(nearest) };
  const inLab = detected !== UNKNOWN && labModes.includes(detected);
  const never = whyNeverMeasured(detected);
  const differs = differsOf(cluster);
  const but = differs.length === 0 ? "" : ` What differs: ${differs.join("; ")}.`;
  return {
    ...common,
    mode: detected,
    inLab,
    sentence: `${never === undefined ? sentenceOf(detected, inLab, lab, nearest) : `${never}.`}${but}`,
  };
}

/** What is wired most alike stands for a network that podwire has no mode for; what it lacks stands beside the figures. */
const standsIn = ({ mode, differs }: NonNullable<Inspection["nearest"]>): string =>
  `Podwire has no mode for the cluster's network: the lab's ${mode}, which is wired most alike, stands beside it. What differs: ${differs.join("; ")}.`;

/** A cluster's run has one mode, under the name that it was begun with. */
const begunUnder = ({ summary }: SummarisedRun): string => summary.modes.find(({ mode }) => mode !== "host")?.mode ?? UNKNOWN;

const measuredPaths = ({ summary }: SummarisedRun): readonly string[] =>
  summary.modes.flatMap(({ cells }) => cells.filter(({ status }) => status === "measured").map(({ path }) => path));

function sentenceOf(mode: string, inLab: boolean, lab: SummarisedRun, nearest: Inspection["nearest"]): string {
  if (mode === UNKNOWN && nearest !== undefined)
    return `Podwire has no mode for the cluster's network. The nearest is ${nearest.mode}, which the lab's run did not measure; what differs: ${nearest.differs.join("; ")}.`;
  if (mode === UNKNOWN)
    return "The cluster's mode is unknown, so that no mode of the lab can stand beside it; `podwire cluster inspect --pods` says what could not be determined and why.";
  if (inLab) return `The cluster's network is wired as the lab's ${mode}.`;
  const entry = lab.summary.modes.find((one) => one.mode === mode);
  const why =
    entry === undefined
      ? "was not asked for in the lab's run"
      : `is ${entry.status} in the lab's run: ${entry.reason ?? "no reason was recorded"}`;
  return `The cluster's mode is ${mode}, which ${why}. \`podwire lab --modes ${mode}\` measures it where the kernel can.`;
}

function cellsOf(lab: SummarisedRun, cluster: SummarisedRun | undefined, mode: string, index: number): PredictedCell[] {
  if (cluster === undefined) return [];
  const asked = new Set([...lab.run.scenario.metrics, ...cluster.run.scenario.metrics]);
  return METRICS.filter(({ name }) => asked.has(name)).map((metric) => cellOf(lab, cluster, mode, metric, index));
}

function cellOf(lab: SummarisedRun, cluster: SummarisedRun, mode: string, metric: Metric, index: number): PredictedCell {
  const name = { mode, path: PATH, metric: metric.name } as const;
  // A cluster's hosts are nodes, with the rules of their network: the lab's own hosts of the mode are like them, its bare host is not.
  const ofOwnHosts = sideOfOwnHosts(lab, name);
  const [one, other] = [ofOwnHosts ?? sideOf(lab, name), sideOf(cluster, { ...name, mode: begunUnder(cluster) })];
  const labBaseline = ofOwnHosts === undefined ? "host" : "host-configured";
  const cell = { cluster: index, mode, metric: metric.name, better: metric.better, lab: one, labBaseline, inCluster: other } as const;
  if (!isMeasured(one) || !isMeasured(other)) return cell;
  const difference = differenceOf(one.ratio, other.ratio);
  return { ...cell, difference, near: nearness(difference) };
}
