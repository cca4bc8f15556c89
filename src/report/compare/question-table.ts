/**
 * Two runs as the table of questions: how B's ratio stands to A's.
 * @packageDocumentation
 */
import type { ComparedCell, RunComparison } from "../../model/run-comparison.js";
import type { Scenario } from "../../model/scenario.js";
import { pathLabel } from "../labels.js";
import type { QuestionCell, QuestionTable } from "../question-table.js";
import { askedOf, questionOf } from "../questions.js";
import { plainRatio, withoutRatio } from "./cells.js";
import { changedCells } from "./outline.js";

/** What a comparison's names depend on: B's scenario. */
export type Compared = Pick<Scenario, "venue" | "linkBitsPerSecond" | "maxRate">;

/** The table of a comparison. Rows are modes of a lab or paths of a cluster, as the comparison lists them; those of which no figure is in both runs have none. */
export function comparisonTable(comparison: RunComparison, scenario: Compared): QuestionTable {
  const shown = comparison.cells.filter((cell) => isOfRow(cell, scenario));
  const both = changedCells(comparison).filter((cell) => isOfRow(cell, scenario));
  const present = [...new Set(both.map(({ metric }) => metric))];
  const questions = askedOf(present).map((metric) => questionOf(metric, scenario));
  const names = [...new Set(both.map((cell) => rowName(cell, scenario)))];
  return {
    questions,
    baselines: [],
    rows: names.map((name) => ({
      name,
      label: rowLabel(name, scenario),
      rank: undefined,
      excluded: undefined,
      cells: questions.map(({ metric }) =>
        cellOf(
          shown.find((cell) => cell.metric === metric && rowName(cell, scenario) === name),
          scenario,
        ),
      ),
    })),
  };
}

/** A mode's own hosts have no row. */
export const isOfRow = ({ path }: Pick<ComparedCell, "path">, { venue }: Compared): boolean =>
  venue === "cluster" || path === "pod-pod" || path === "pod-service";

/** In which row a cell stands. */
export const rowName = ({ mode, path }: Pick<ComparedCell, "mode" | "path">, { venue }: Compared): string =>
  venue === "cluster" ? path : path === "pod-service" ? `${mode} (to a Service)` : mode;

/** The same for people. */
export const rowLabel = (name: string, { venue }: Compared): string => (venue === "cluster" ? pathLabel(name) : name);

function cellOf(cell: ComparedCell | undefined, { venue }: Compared): QuestionCell {
  if (cell?.change !== undefined) return plainRatio(cell.change, cell.change.verdict, cell.change.margin);
  return withoutRatio(cell?.b.status === "measured" ? cell.a : cell?.b, venue);
}
