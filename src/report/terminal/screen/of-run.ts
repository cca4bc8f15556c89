/**
 * The screen of a run.
 * @packageDocumentation
 */
import type { Run } from "../../../model/run.js";
import type { Summary } from "../../../model/summary.js";
import { answerOf } from "../../answer.js";
import { notesOf } from "../../notes.js";
import { hostWords } from "../../outline.js";
import { type QuestionTable, questionTable } from "../../question-table.js";
import { serviceCountDigest } from "../../services/in-cluster.js";
import { serviceDigest } from "../../services/terminal.js";
import { meaningsAgainst } from "../../verdict-meanings.js";
import { keptSets } from "../kept-sets.js";
import { plain } from "../text.js";
import { rowNames } from "./grid.js";
import type { Screen } from "./screen.js";

/** Files that belong to a run, each with what it is. The run file itself is called `run file`. */
type Files = Screen["files"];

/** What the screen of a run says. */
export function screenOf(summary: Summary, run: Run, files: Files): Screen {
  const table = questionTable(summary, run);
  const [, runFile] = files.find(([what]) => what === RUN_FILE) ?? [];
  const inAFile = runFile === undefined ? [] : [`podwire report ${shellWord(runFile)} --full`];
  return {
    answer: answerOf(summary, run),
    table,
    verdicts: meaningsAgainst(hostWords(summary), table),
    notes: notesOf(
      summary,
      run,
      table.questions.map(({ metric }) => metric),
    ),
    tables: (room) =>
      summary.venue === "cluster" ? serviceCountDigest(summary, run.scenario, room) : serviceDigest(summary, run.scenario, room),
    works: (room) => keptSets(summary.conformance, namesIn(table), room),
    files,
    everything: [...inAFile, "podwire report RUN --full", "--full"],
  };
}

/** Modes as the table calls them; without a table by their own names. */
function namesIn({ rows, questions }: QuestionTable): ReadonlyMap<string, string> {
  const { shown } = rowNames(rows.map(({ label }) => plain(label)));
  return new Map(rows.map(({ name }, index) => [name, questions.length === 0 ? name : (shown[index] ?? name)]));
}

/** What a run file is called where files are listed. */
export const RUN_FILE = "run file";

/** A path as a shell takes it. */
export const shellWord = (path: string): string => (/^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
