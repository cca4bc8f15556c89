/**
 * The screen of a lab's run beside runs of clusters.
 * @packageDocumentation
 */
import type { Prediction } from "../../../model/prediction.js";
import { predictionAnswer } from "../../compare/prediction/answer.js";
import { predictionNotes } from "../../compare/prediction/notes.js";
import { clusterNames, NEARNESS, type Predicted, predictionTable } from "../../compare/prediction/question-table.js";
import { refText } from "../../compare/run-refs.js";
import type { ComparisonScreenOptions } from "./of-comparison.js";
import { shellWord } from "./of-run.js";
import type { Screen } from "./screen.js";

/** What the screen of a prediction says; `scenario` is that of the first cluster. */
export function screenOfPrediction(
  prediction: Prediction,
  scenario: Predicted,
  { written = [], filesAreNamed }: ComparisonScreenOptions,
): Screen {
  const { lab, clusters } = prediction;
  const names = clusterNames(prediction);
  const files = [lab, ...clusters.map(({ run }) => run)].map(({ file }) => shellWord(file)).join(" ");
  return {
    answer: predictionAnswer(prediction, scenario),
    table: predictionTable(prediction, scenario),
    verdicts: NEARNESS,
    notes: predictionNotes(prediction, scenario),
    files: [
      ["lab", refText(lab)],
      ...clusters.map(({ run }, index) => [clusters.length === 1 ? "cluster" : (names[index] ?? ""), refText(run)] as const),
      ...written,
    ],
    everything: [...(filesAreNamed ? [`podwire compare ${files} --full`] : []), "podwire compare LAB CLUSTER --full", "--full"],
  };
}
