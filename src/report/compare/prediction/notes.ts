/**
 * What must be said beside the table of a prediction: clusters that cannot be lined up, what only one of the two has, doubts, and what may explain a
 * difference.
 * @packageDocumentation
 */
import { CHECKS } from "../../../model/doubt.js";
import { groupBy } from "../../../model/grouped.js";
import type { PredictedCell, Prediction } from "../../../model/prediction.js";
import { listed } from "../../../units/listed.js";
import { pathLabel } from "../../labels.js";
import type { Note } from "../../notes.js";
import { questionOf } from "../../questions.js";
import { FOUND, inFullWords, inWords, partsOf } from "../../reasons.js";
import { about, type Naming, type Subject } from "../../subjects.js";
import { byCluster } from "./outline.js";
import { clusterNames, type Predicted, predictionTable, rowName } from "./question-table.js";

const NOTHING = { rows: [], metrics: [] } as const;

/** Every note of a prediction, the weightiest first. */
export function predictionNotes(prediction: Prediction, scenario: Predicted): readonly Note[] {
  const shown = new Set(predictionTable(prediction, scenario).questions.map(({ metric }) => metric));
  const isShown = ({ metric }: PredictedCell): boolean => shown.has(metric);
  const [main, others] = [prediction.cells.filter(isShown), prediction.cells.filter((cell) => !isShown(cell))];
  const naming = namingOf(prediction, scenario);
  return [
    ...prediction.warnings.map((text): Note => ({ ...NOTHING, kind: "warning", subject: "warning", text, full: text })),
    ...notLinedUp(prediction),
    ...missing(main, naming),
    ...explanations(prediction),
    ...doubts(main, naming),
    ...missing(others, naming),
    ...doubts(others, naming),
    ...otherPaths(prediction),
  ];
}

function namingOf(prediction: Prediction, scenario: Predicted): Naming {
  const names = clusterNames(prediction);
  const rows = new Map(names.map((name, index) => [rowName(index), name]));
  return {
    venue: scenario.venue,
    row: (name) => rows.get(name) ?? name,
    metric: (name) => questionOf(name, scenario).inWords,
    rows: "clusters",
  };
}

/** Beside others that are lined up; the answer has the sentence where none is. */
function notLinedUp(prediction: Prediction): readonly Note[] {
  const names = clusterNames(prediction);
  return prediction.clusters.flatMap(({ inLab, sentence }, index) =>
    inLab ? [] : [{ ...NOTHING, kind: "missing" as const, subject: names[index] ?? "", text: sentence, full: sentence }],
  );
}

const subjectOf = (cells: readonly PredictedCell[], naming: Naming): Subject =>
  about([...new Set(cells.map(({ cluster }) => rowName(cluster)))], [...new Set(cells.map(({ metric }) => metric))], naming);

/** Figures that one of the two has, those with one reason together. */
function missing(cells: readonly PredictedCell[], naming: Naming): readonly Note[] {
  const lone = cells.flatMap((cell) => {
    const { lab, inCluster } = cell;
    if ((lab.ratio === undefined) === (inCluster.ratio === undefined)) return [];
    const [where, { status, reason }] = lab.ratio === undefined ? ["in the lab", lab] : ["in the cluster", inCluster];
    const why = status === "not-asked" || reason === undefined ? undefined : partsOf(reason, naming.venue);
    const head = status === "not-asked" ? `not asked for ${where}` : `${status} ${where}`;
    return [{ cell, text: withWhy(head, why && inWords(why)), full: withWhy(head, why && inFullWords(why)) }];
  });
  return [...groupBy(lone, ({ text }) => text).values()].map(
    (alike): Note => ({
      ...subjectOf(
        alike.map(({ cell }) => cell),
        naming,
      ),
      kind: "missing",
      text: alike[0].text,
      full: alike[0].full,
    }),
  );
}

const withWhy = (head: string, why: string | undefined): string => (why === undefined ? head : `${head}: ${why}`);

/** A line of what may explain what is far off, and one of what differs besides; of several clusters in each with its name. */
function explanations(prediction: Prediction): readonly Note[] {
  const names = clusterNames(prediction);
  return byCluster(prediction).flatMap(({ explanations: told }, index) => {
    const whose = names.length === 1 ? "" : `${names[index] ?? ""}: `;
    const note = (subject: string, topics: readonly string[]): readonly Note[] =>
      topics.length === 0
        ? []
        : [{ ...NOTHING, kind: "warning", subject: `${whose}${subject}`, text: listed(topics), full: listed(topics) }];
    const bearing = told.filter(({ mayExplain }) => mayExplain.length > 0).map(({ topic }) => topic);
    const others = told.map(({ topic }) => topic).filter((topic) => !bearing.includes(topic));
    return [
      ...note("may explain what is off", bearing),
      ...note(bearing.length === 0 ? "differs between lab and cluster" : "differs as well", others),
    ];
  });
}

/** One note a check and those whose figures it flags; what it flags in both runs is said once. */
function doubts(cells: readonly PredictedCell[], naming: Naming): readonly Note[] {
  const paired = cells.filter(({ difference }) => difference !== undefined);
  return CHECKS.flatMap((check) => {
    const flagged = (["inCluster", "lab"] as const).flatMap((side) => {
      const own = paired.filter((cell) => (cell[side].flags ?? []).includes(check));
      return own.length === 0 ? [] : [{ where: side === "lab" ? "in the lab" : "in the cluster", about: subjectOf(own, naming) }];
    });
    return [...groupBy(flagged, ({ about: { subject } }) => subject).values()].map((alike): Note => {
      const text = `${alike.map(({ where }) => where).join(" and ")}: ${FOUND[check]}`;
      return { ...alike[0].about, kind: "doubt", text, full: text };
    });
  });
}

function otherPaths(prediction: Prediction): readonly Note[] {
  const names = clusterNames(prediction);
  return prediction.clusters.flatMap(({ otherPaths: paths }, index): Note[] => {
    if (paths.length === 0) return [];
    const text = `${paths.map(pathLabel).join("; ")}; its own report has them`;
    const whose = names.length === 1 ? "" : `${names[index] ?? ""}: `;
    return [{ ...NOTHING, kind: "missing", subject: `${whose}in the cluster alone`, text, full: text }];
  });
}
