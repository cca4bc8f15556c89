/**
 * A lab beside clusters on a terminal: the table first, then whether the order was predicted, last what differs and may explain it.
 * @packageDocumentation
 */
import type { Answer, PredictedCell, Prediction } from "../../../model/prediction.js";
import type { RunRef } from "../../../model/run-comparison.js";
import { formatMoment } from "../../../units/format.js";
import { type Paint, painter, type Role } from "../../terminal/paint.js";
import { displayWidth, PROSE_WIDTH, padEnd, plain, wrap } from "../../terminal/text.js";
import { byCluster, type ClusterOutline, mayExplainText, meaningText, NEAR_WORDS, nearText, orderText, rowTexts } from "./outline.js";

/** How the prediction is set. */
export interface PredictionTerminalOptions {
  /** Columns of the terminal. Below 40 the lines are made for 40. */
  readonly width: number;
  readonly colour: boolean;
}

/** The whole prediction as lines of text, with a line break at the end. */
export function renderPredictionTerminal(prediction: Prediction, options: PredictionTerminalOptions): string {
  const width = Math.min(Math.max(40, Math.floor(options.width)), PROSE_WIDTH);
  const paint = painter(options.colour);
  const { orders } = prediction;
  const lines = [
    ...opening(prediction, width, paint),
    ...byCluster(prediction).flatMap((one) => cluster(one, width, paint)),
    "",
    ...wrap(meaningText(prediction), width).map((line) => paint("quiet", line)),
    ...(orders.length === 0 ? [] : ["", paint("heading", "Order")]),
    ...orders.flatMap((order) => wrap(orderText(order), width - 2, "  ").map((line) => paint(ROLES[order.predicted], `  ${line}`))),
    "",
    ...wrap(`${nearText(prediction)}.`, width).map((line) => paint("strong", line)),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

/** A prediction that came true reads like a verdict that is good, and so on. */
const ROLES: Readonly<Record<Answer, Role>> = { yes: "same", no: "slower", undecided: "undecided" };

function opening({ lab, clusters, warnings }: Prediction, width: number, paint: Paint): readonly string[] {
  const side = (label: string, { file, startedAt, podwire, status }: RunRef): readonly string[] =>
    wrap(`${label} ${file}, ${formatMoment(startedAt)}, podwire ${podwire}${status === "partial" ? ", partial" : ""}`, width, "  ");
  return [
    ...side("Lab", lab),
    ...clusters.flatMap(({ run }) => side("Cluster", run)),
    ...warnings.flatMap((warning) => wrap(`Warning: ${warning}`, width, "  ").map((line) => paint("warning", line))),
  ];
}

function cluster({ cluster: told, cells, missing, explanations }: ClusterOutline, width: number, paint: Paint): readonly string[] {
  return [
    "",
    paint("heading", plain(told.mode)),
    ...wrap(told.sentence, width),
    ...ratios(cells, width, paint),
    ...missing.flatMap((line) => indented(line, 2, width)),
    ...(told.otherPaths.length === 0
      ? []
      : wrap(`Measured in the cluster alone: ${told.otherPaths.join(", ")}; its own report has them.`, width)),
    ...(explanations.length === 0 ? [] : ["", paint("heading", "What differs, and what it does")]),
    ...explanations.flatMap((one) => [
      ...indented(`${one.topic}: ${one.why}${mayExplainText(one)}.`, 2, width),
      ...indented(`lab ${one.lab ?? "not recorded"}`, 4, width),
      ...indented(`cluster ${one.inCluster ?? "not recorded"}`, 4, width),
    ]),
  ];
}

const indented = (text: string, columns: number, width: number): readonly string[] =>
  wrap(text, width - columns, "  ").map((line) => " ".repeat(columns) + line);

/** Wide: a line a metric. Narrow: the two ratios on a second line. */
function ratios(cells: readonly PredictedCell[], width: number, paint: Paint): readonly string[] {
  const rows = cells.map((cell) => [cell.metric, ...rowTexts(cell)]);
  const heads = ["", "lab", "cluster", "cluster less lab"];
  const widths = heads.map((head, column) => Math.max(...[head, ...rows.map((row) => row[column] ?? "")].map(displayWidth)));
  const near = ({ near: answer = "undecided" }: PredictedCell): string => paint(ROLES[answer], NEAR_WORDS[answer]);
  const needed = widths.reduce((sum, one) => sum + one + 2, 0) + Math.max(...Object.values(NEAR_WORDS).map(displayWidth)) + 2;
  if (needed > width)
    return cells.flatMap((cell, index) => {
      const [metric = "", lab = "", inCluster = "", points = ""] = rows[index] ?? [];
      return [`  ${metric}  ${near(cell)}`, ...[points, `lab ${lab}`, `cluster ${inCluster}`].flatMap((text) => indented(text, 4, width))];
    });
  const set = (texts: readonly string[]): string => texts.map((text, column) => padEnd(text, widths[column] ?? 0)).join("  ");
  const head = rows.length === 0 ? [] : [paint("quiet", `  ${set(heads)}`)];
  return [...head, ...cells.map((cell, index) => `  ${set(rows[index] ?? [])}  ${near(cell)}`)];
}
