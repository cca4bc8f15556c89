/**
 * What must be said beside the table of a comparison: gates that do not hold, what differs between the runs, what is not in both, and doubts.
 * @packageDocumentation
 */
import { CHECKS } from "../../model/doubt.js";
import { groupBy } from "../../model/grouped.js";
import type { ComparedCell, ComparedSide, Difference, GateResult, RunComparison } from "../../model/run-comparison.js";
import type { Note } from "../notes.js";
import { questionOf } from "../questions.js";
import { FOUND, inWords, opening, partsOf } from "../reasons.js";
import { shortRatio } from "../short-ratio.js";
import { about, aboutOwnHosts, isBesideItsFigure, type Naming } from "../subjects.js";
import { changedCells, isChanged, loneModes, unpairedCells } from "./outline.js";
import { type Compared, comparisonTable, isOfRow, rowLabel, rowName } from "./question-table.js";

const NOTHING = { rows: [], metrics: [] } as const;

/** Every note of a comparison, the weightiest first: what is about the table's columns before what is about others, a mode's own hosts last. */
export function comparisonNotes(comparison: RunComparison, scenario: Compared): readonly Note[] {
  const shown = new Set(comparisonTable(comparison, scenario).questions.map(({ metric }) => metric));
  const unpaired = unpairedCells(comparison);
  const { asked, notAsked } = byAsking(unpaired);
  const only = onlyMeasured(notAsked, comparison, scenario);
  const told = [...changedCells(comparison), ...asked];
  const own = told.filter((cell) => !isOfRow(cell, scenario));
  const ofRows = told.filter((cell) => isOfRow(cell, scenario));
  return [
    ...comparison.warnings.map((text): Note => ({ ...NOTHING, kind: "warning", subject: "warning", text, full: text })),
    ...gateNotes(comparison.gates),
    ...around(comparison.differences, only.length > 0),
    ...only,
    ...cellNotes(
      ofRows.filter(({ metric }) => shown.has(metric)),
      scenario,
    ),
    ...loneModes(comparison).map(({ label, modes }): Note => {
      const text = modes.join(", ");
      return { ...NOTHING, kind: "missing", subject: label, text, full: text };
    }),
    ...cellNotes(
      ofRows.filter(({ metric }) => !shown.has(metric)),
      scenario,
    ),
    ...cellNotes(own, scenario).map(aboutOwnHosts),
  ];
}

/** Judgements that went against B or could not be made for certain, those of one gate that say the same together; those that hold are counted. */
function gateNotes(gates: readonly GateResult[]): readonly Note[] {
  const judged = gates.flatMap(({ gate, judgements }) =>
    judgements.map((judgement) => ({ gate, ...judgement, why: withoutFigures(judgement) })),
  );
  return (["failed", "warned"] as const).flatMap((outcome) => {
    const alike = groupBy(
      judged.filter((one) => one.outcome === outcome),
      ({ gate, why }) => JSON.stringify([gate, why]),
    );
    return [...alike.values()].map(([first, ...others]): Note => {
      const all = [first, ...others];
      const word = outcome === "failed" ? "FAIL" : "warn";
      const modes = all.length > MOST_MODES ? `${String(all.length)} modes` : all.map(({ mode }) => mode).join(", ");
      const text = others.length === 0 ? first.reason : `${rangeOf(all.flatMap(({ median }) => median ?? []))}${first.why}`;
      return { ...NOTHING, kind: "gate", subject: `${word} ${modes}`, text: `${first.gate}: ${text}`, full: first.reason };
    });
  });
}

const MOST_MODES = 3;

/** A judgement of a figure begins with it, and ends with the checks that doubt it. */
function withoutFigures({ median, reason }: GateResult["judgements"][number]): string {
  return median === undefined ? reason : reason.replace(/^.*?\): /, "").replace(/ \([AB] flagged by .*\)$/, "");
}

function rangeOf(ratios: readonly number[]): string {
  const [least, most] = [shortRatio(Math.min(...ratios)), shortRatio(Math.max(...ratios))];
  return ratios.length === 0 ? "" : `${least}${least === most ? "" : ` to ${most}`}, `;
}

/** Few differences with both values, of many the names. */
const MOST_WITH_VALUES = 2;
const ONLY_HERE = / only here$/;

/** @param metricsAreSaid whether notes of their own say which metrics only one run has */
function around(all: readonly Difference[], metricsAreSaid: boolean): readonly Note[] {
  const note = (subject: string, text: string, full = text): Note => ({ ...NOTHING, kind: "warning", subject, text, full });
  const differences = all.filter(({ name }) => !(metricsAreSaid && name === "metrics only here"));
  if (differences.length > MOST_WITH_VALUES)
    return [note("differs between the runs", differences.map(({ name }) => name.replace(ONLY_HERE, "")).join(", "))];
  return differences.map(({ name, a, b }) =>
    ONLY_HERE.test(name)
      ? note(`${name.replace(ONLY_HERE, "")} differ`, onlyText(a, b))
      : note(`${name} differs`, `A ${brief(a)}; B ${brief(b)}`, `A ${a ?? NOT_RECORDED}; B ${b ?? NOT_RECORDED}`),
  );
}

/** What a list of one run has that the other's has not; `none` where there is nothing. */
function onlyText(a: string | null, b: string | null): string {
  const sides = [["A", a] as const, ["B", b] as const].filter(([, names]) => names !== null && names !== "none");
  return sides.map(([side, names]) => `only ${side} has ${names ?? ""}`).join("; ");
}

const NOT_RECORDED = "not recorded";
/** Two values have to fit one line. */
const BRIEF = 32;

const brief = (value: string | null): string => {
  if (value === null) return NOT_RECORDED;
  return value.length <= BRIEF ? value : `${value.slice(0, BRIEF - 3)}...`;
};

function byAsking(cells: readonly ComparedCell[]): Readonly<Record<"asked" | "notAsked", readonly ComparedCell[]>> {
  const isAsked = ({ a, b }: ComparedCell): boolean => a.status !== "not-asked" && b.status !== "not-asked";
  return { asked: cells.filter(isAsked), notAsked: cells.filter((cell) => !isAsked(cell)) };
}

/** A line for each run that was asked for more than the other: the metrics, and the paths. */
function onlyMeasured(cells: readonly ComparedCell[], { cells: all }: RunComparison, scenario: Compared): readonly Note[] {
  return (["a", "b"] as const).flatMap((side): Note[] => {
    const other = side === "a" ? "b" : "a";
    const own = cells.filter((cell) => cell[other].status === "not-asked");
    if (own.length === 0) return [];
    const isMissing = (which: (cell: ComparedCell) => boolean): boolean =>
      all.filter(which).every((cell) => cell[other].status === "not-asked");
    const metrics = [...new Set(own.map(({ metric }) => metric))].filter((name) => isMissing(({ metric }) => metric === name));
    const paths = own.filter((cell) => !metrics.includes(cell.metric));
    const text = [...withCosts(metrics, scenario), ...new Set(paths.map((cell) => pathWords(cell, scenario)))].join(", ");
    return [{ ...NOTHING, kind: "missing", metrics, subject: `only ${side.toUpperCase()} measured`, text, full: text }];
  });
}

/** `TCP without a limit and its CPU cost`. */
function withCosts(metrics: readonly string[], scenario: Compared): readonly string[] {
  const costs = metrics.filter((name) => isBesideItsFigure(name, metrics));
  return metrics
    .filter((name) => !costs.includes(name))
    .map((name) => `${questionOf(name, scenario).inWords}${costs.includes(`${name}.cpu`) ? " and its CPU cost" : ""}`);
}

const pathWords = (cell: ComparedCell, scenario: Compared): string =>
  isOfRow(cell, scenario) ? rowLabel(rowName(cell, scenario), scenario) : "modes' own hosts";

/** What is not in both runs, and what speaks against a figure. */
function cellNotes(cells: readonly ComparedCell[], scenario: Compared): readonly Note[] {
  const naming: Naming = {
    venue: scenario.venue,
    row: (name) => rowLabel(name, scenario),
    metric: (name) => questionOf(name, scenario).inWords,
    rows: scenario.venue === "cluster" ? "paths" : "modes",
  };
  const subjectOf = (own: readonly ComparedCell[]): ReturnType<typeof about> =>
    about([...new Set(own.map((cell) => rowName(cell, scenario)))], [...new Set(own.map(({ metric }) => metric))], naming);
  const missing = groupBy(
    cells.filter((cell) => !isChanged(cell)),
    (cell) => bothText(cell, scenario, opening).replace(/\d[\d.,]*/g, "#"),
  );
  return [
    ...[...missing.values()].map((own): Note => {
      const full = bothText(own[0], scenario, inWords);
      const text = own.every((cell) => bothText(cell, scenario, inWords) === full) ? full : bothText(own[0], scenario, opening);
      return { ...subjectOf(own), kind: "missing", text, full };
    }),
    ...CHECKS.flatMap((check): Note[] => {
      const flagged = (["a", "b"] as const).flatMap((side) => {
        const own = cells.filter((cell) => isChanged(cell) && (cell[side].flags ?? []).includes(check));
        return own.length === 0 ? [] : [{ side: side.toUpperCase(), ...subjectOf(own) }];
      });
      return [...groupBy(flagged, ({ subject }) => subject).values()].map((alike): Note => {
        const [{ rows, metrics, subject }] = alike;
        const text = `${alike.map(({ side }) => side).join(" and ")}: ${FOUND[check]}`;
        return { rows, metrics, subject, kind: "doubt", text, full: text };
      });
    }),
  ];
}

function bothText({ a, b, reason }: ComparedCell, { venue }: Compared, words: typeof opening): string {
  const side = ({ status, reason: why = status === "measured" ? reason : undefined }: ComparedSide): string =>
    why === undefined ? status : `${status}: ${words(partsOf(why, venue))}`;
  return `A ${side(a)}; B ${side(b)}`;
}
