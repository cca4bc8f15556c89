/**
 * What every report of a prediction shows, before it is decided how.
 * @packageDocumentation
 */
import type { Answer, Explanation, PredictedCell, PredictedCluster, PredictedOrder, Prediction } from "../../../model/prediction.js";
import { formatCount } from "../../../units/format.js";
import { sideText } from "../outline.js";

/** A cluster's rows. */
export interface ClusterOutline {
  readonly cluster: PredictedCluster;
  /** Metrics that both have. */
  readonly cells: readonly PredictedCell[];
  /** Metrics that one of them has, with the reason of the other. */
  readonly missing: readonly string[];
  readonly explanations: readonly Explanation[];
}

/** The prediction by clusters. */
export function byCluster({ clusters, cells, explanations }: Prediction): readonly ClusterOutline[] {
  return clusters.map((cluster, index) => {
    const own = cells.filter((cell) => cell.cluster === index);
    return {
      cluster,
      cells: own.filter(({ difference }) => difference !== undefined),
      missing: own.filter(isOneSided).map(missingText),
      explanations: explanations.filter((one) => one.cluster === index),
    };
  });
}

const isOneSided = ({ lab, inCluster }: PredictedCell): boolean => (lab.status === "measured") !== (inCluster.status === "measured");

function missingText({ metric, lab, inCluster }: PredictedCell): string {
  const [where, side] = lab.status === "measured" ? ["in the cluster", inCluster] : ["in the lab", lab];
  const reason = side.reason ?? "no reason was recorded";
  return `${metric}: ${side.status === "not-asked" ? `not asked for ${where}` : `${side.status} ${where}: ${reason}`}`;
}

/** `+4 points [-1, 9]`. */
export function pointsText({ difference }: PredictedCell): string {
  if (difference === undefined) return "";
  const { median, low, high } = difference;
  return `${points(median)} points${low === null || high === null ? "" : ` [${points(low)}, ${points(high)}]`}`;
}

function points(value: number): string {
  const rounded = Math.round(value * 100);
  return rounded > 0 ? `+${String(rounded)}` : String(rounded === 0 ? 0 : rounded);
}

/** Whether a cell was predicted, in a word. */
export const NEAR_WORDS: Readonly<Record<Answer, string>> = { yes: "within 10", no: "beyond 10", undecided: "undecided" };

/** The three texts of a row. */
export const rowTexts = (cell: PredictedCell): readonly [lab: string, cluster: string, points: string] => [
  sideText(cell.lab),
  sideText(cell.inCluster),
  pointsText(cell),
];

/**
 * `The lab predicted the order of modes by http: ...`.
 * @param called how a metric is called
 */
export function orderText(order: PredictedOrder, called: (metric: string) => string = (name) => name): string {
  const { of, by, predicted } = order;
  const [lab, inCluster] = [order.lab, order.inCluster].map((names) => (of === "metrics" ? names.map(called) : names));
  const because =
    of === "metrics"
      ? order.because.replace(
          /(?<=, as )(\S+) before (\S+)/,
          (_pair, better: string, worse: string) => `${called(better)} before ${called(worse)}`,
        )
      : order.because;
  const what = of === "modes" ? `the order of modes by ${called(by)}` : `in what order ${by} keeps its metrics`;
  const said: Readonly<Record<Answer, string>> = {
    yes: `The lab predicted ${what}`,
    no: `The lab did not predict ${what}`,
    undecided: `Whether the lab predicted ${what} cannot be determined`,
  };
  return `${said[predicted]}: ${because}. Lab: ${(lab ?? []).join(" > ")}. Cluster: ${(inCluster ?? []).join(" > ")}.`;
}

/** `4 of 6 ratios within 10 points of the lab's, 1 beyond, 1 undecided`. */
export function nearText({ cells }: Prediction): string {
  const count = (near: Answer): number => cells.filter((cell) => cell.near === near).length;
  const all = cells.filter(({ near }) => near !== undefined).length;
  if (all === 0) return "no ratio that lab and cluster both have";
  const rest = [
    ...(count("no") === 0 ? [] : [`${formatCount(count("no"))} beyond`]),
    ...(count("undecided") === 0 ? [] : [`${formatCount(count("undecided"))} undecided`]),
  ];
  return [`${formatCount(count("yes"))} of ${formatCount(all)} ratios within 10 points of the lab's`, ...rest].join(", ");
}

/** `differs in the kernel; may explain http, pps`. */
export const mayExplainText = ({ mayExplain }: Explanation): string =>
  mayExplain.length === 0 ? "" : `; may explain ${mayExplain.join(", ")}`;

/** What the figures are, and against which hosts the lab's stand. */
export function meaningText({ cells }: Prediction): string {
  const both = cells.filter(({ difference }) => difference !== undefined);
  const bare = both.filter(({ labBaseline }) => labBaseline === "host");
  const ownHosts = "the hosts of that mode, which carry its rules as a cluster's nodes do";
  const exceptions = [...new Set(bare.map(({ metric }) => metric))].join(", ");
  const against =
    bare.length === 0
      ? ownHosts
      : bare.length < both.length
        ? `${ownHosts}, but for ${exceptions}: the bare host`
        : `the bare host, since the lab's run has no ratios to ${ownHosts}; a cluster's ratios may be higher for that alone`;
  return `Cluster: the pod's ratio to the host of its run [interval]. Lab: the pod's ratio to ${against}. Points: the cluster's less the lab's, in hundredths of the host's figure; within 10: the whole interval is.`;
}
