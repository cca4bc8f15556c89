/**
 * A lab beside clusters as the table of questions: two rows a cluster, its own ratios to its hosts and those of the lab's mode.
 * @packageDocumentation
 */
import { NEAR, type PredictedCell, type Prediction } from "../../../model/prediction.js";
import type { ComparedSide } from "../../../model/run-comparison.js";
import type { Scenario } from "../../../model/scenario.js";
import type { Verdict } from "../../../model/summary.js";
import type { QuestionCell, QuestionRow, QuestionTable } from "../../question-table.js";
import { askedOf, questionOf } from "../../questions.js";
import type { VerdictMeanings } from "../../verdict-meanings.js";
import { plainRatio, withoutRatio } from "../cells.js";

/** What a prediction's names depend on: the scenario of its first cluster. */
export type Predicted = Pick<Scenario, "venue" | "linkBitsPerSecond" | "maxRate">;

/** What the lab's row of each cluster is called. */
export const LAB_ROW = "in the lab";

const POINTS = String(NEAR * 100);

/** What the signs mean. */
export const NEARNESS: VerdictMeanings = {
  faster: "better",
  slower: `worse than in the lab by more than ${POINTS} points (hundredths of the hosts' figure)`,
  same: `within ${POINTS} points`,
  undecided: "undecided",
};

/** The table. Clusters that no mode of the lab stands beside have no rows, and neither have those that share no figure with it. */
export function predictionTable(prediction: Prediction, scenario: Predicted): QuestionTable {
  const paired = prediction.cells.filter(({ difference }) => difference !== undefined);
  const questions = askedOf([...new Set(paired.map(({ metric }) => metric))]).map((metric) => questionOf(metric, scenario));
  const names = clusterNames(prediction);
  return {
    questions,
    baselines: [],
    rows: names.flatMap((label, index): QuestionRow[] => {
      const own = prediction.cells.filter(({ cluster }) => cluster === index);
      if (!own.some(({ difference }) => difference !== undefined)) return [];
      const cells = questions.map(({ metric }) => own.find((cell) => cell.metric === metric));
      const row = { rank: undefined, excluded: undefined, group: index };
      return [
        { ...row, name: rowName(index), label, cells: cells.map((cell) => cellOf(cell?.inCluster, scenario, verdictOf(cell))) },
        { ...row, name: `${rowName(index)} lab`, label: LAB_ROW, cells: cells.map((cell) => cellOf(cell?.lab, scenario, undefined)) },
      ];
    }),
  };
}

/** A cluster's row, as notes name it. */
export const rowName = (cluster: number): string => `cluster ${String(cluster + 1)}`;

/** Clusters by their modes; those of one mode are numbered as they were named. */
export const clusterNames = ({ clusters }: Pick<Prediction, "clusters">): readonly string[] =>
  clusters.map(({ mode }, index) => {
    const name = mode === "unknown" ? "unknown network" : mode;
    return clusters.filter((other) => other.mode === mode).length === 1 ? name : `${name}, ${String(index + 1)}`;
  });

/** How the cluster stands to the lab; undefined where one of the two has no ratio. */
export function verdictOf(cell: PredictedCell | undefined): Verdict | undefined {
  if (cell?.difference === undefined) return undefined;
  if (cell.near !== "no") return cell.near === "yes" ? "same" : "undecided";
  return cell.difference.median > 0 === (cell.better === "higher") ? "faster" : "slower";
}

const cellOf = (side: ComparedSide | undefined, { venue }: Predicted, verdict: Verdict | undefined): QuestionCell =>
  side?.ratio === undefined ? withoutRatio(side, venue) : plainRatio(side.ratio, verdict, NEAR);
