/**
 * The screen of a comparison.
 * @packageDocumentation
 */
import type { RunComparison } from "../../../model/run-comparison.js";
import { comparisonAnswer } from "../../compare/answer.js";
import { comparisonNotes } from "../../compare/notes.js";
import { type Compared, comparisonTable } from "../../compare/question-table.js";
import { refText } from "../../compare/run-refs.js";
import { meaningsAgainst } from "../../verdict-meanings.js";
import { shellWord } from "./of-run.js";
import type { Screen } from "./screen.js";

/** What belongs to the screen beside the comparison. */
export interface ComparisonScreenOptions {
  /** Files that were written, each with what it is. */
  readonly written?: Screen["files"];
  /** Whether the runs' files are named as they are, so that a command can name them too. */
  readonly filesAreNamed: boolean;
}

/** What the screen of a comparison says; `scenario` is that of B. */
export function screenOfComparison(
  comparison: RunComparison,
  scenario: Compared,
  { written = [], filesAreNamed }: ComparisonScreenOptions,
): Screen {
  const { a, b } = comparison;
  const ofFiles = filesAreNamed ? [`podwire compare ${shellWord(a.file)} ${shellWord(b.file)} --full`] : [];
  const table = comparisonTable(comparison, scenario);
  return {
    answer: comparisonAnswer(comparison, scenario),
    table,
    verdicts: meaningsAgainst("A", table),
    notes: comparisonNotes(comparison, scenario),
    files: [["A", refText(a)], ["B", refText(b)], ...written],
    everything: [...ofFiles, "podwire compare A B --full", "--full"],
  };
}
