/**
 * What must be said beside the table, as data: what is missing and why, and what speaks against a figure. Metrics are called as the table calls them.
 * @packageDocumentation
 */

import { toldOfPolicies } from "../inspection/told-in-run.js";
import { CONFORMANCE_SCHEMA, contradictions } from "../model/conformance.js";
import { CHECKS } from "../model/doubt.js";
import { groupBy } from "../model/grouped.js";
import type { Run } from "../model/run.js";
import type { Cell, Summary } from "../model/summary.js";
import { absencesOf, absenceText, contradictionText } from "./conformance/matrix.js";
import { type Gap, gapsOf } from "./gaps.js";
import { givenUpIn } from "./given-up.js";
import { labelOf } from "./labels.js";
import { OWN_HOSTS, placeOf, rowWord } from "./outline.js";
import { questionOf } from "./questions.js";
import { FOUND, inWords, opening, partsOf } from "./reasons.js";
import { WALKED, walkedToTheEnd } from "./services/walked.js";
import { about, aboutOwnHosts, type Naming, type Subject } from "./subjects.js";

/** One thing to know. */
export interface Note extends Subject {
  readonly kind:
    | "partial"
    | "warning"
    | "missing"
    | "refused"
    | "failed"
    | "broken"
    | "excluded"
    | "given-up"
    | "stalls"
    | "doubt"
    | "gate";
  /** What there is to say, in a few words. */
  readonly text: string;
  /** The whole of it, with its figures. */
  readonly full: string;
}

/**
 * Every note of a run, the weightiest first: what is about shown metrics comes before what is about others, and pods come before their mode's own hosts,
 * which have no row in the table.
 */
export function notesOf(summary: Summary, run: Run, shown: readonly string[]): readonly Note[] {
  const naming = namingOf(summary, run);
  const isShown = (metric: string): boolean => shown.includes(metric);
  const isHidden = (metric: string): boolean => !isShown(metric);
  const [pods, own] = [cellsOf(summary, false), cellsOf(summary, true)];
  const gaps = gapsOf(summary);
  const ofPods = gaps.map((gap) => ({ ...gap, metrics: gap.metrics.filter((metric) => !metric.endsWith(OWN_HOSTS)) }));
  return [
    ...partial(summary),
    ...ofNetwork(summary),
    ...wholeGaps(
      gaps.filter(({ metrics }) => metrics.length === 0),
      naming,
    ),
    ...leftOut(summary, naming),
    ...brokenCells(summary, naming),
    ...cellGaps(ofPods, isShown, naming),
    ...walked(summary, naming),
    ...stalling(pods, shown, naming),
    ...doubts(pods, isShown, naming),
    ...cellGaps(ofPods, isHidden, naming),
    ...doubts(pods, isHidden, naming),
    ...[
      ...cellGaps(ofOwnHosts(gaps, ofPods, naming), () => true, naming),
      ...stalling(own, shown, naming),
      ...doubts(own, () => true, naming),
    ].map(aboutOwnHosts),
    ...givenUpIn(summary).map(
      ({ subject, text }): Note => ({ kind: "given-up", rows: [], metrics: [], subject, text: `given up ${text}`, full: text }),
    ),
  ];
}

/** What is amiss with a cluster's network, and policies, whose cost is part of the figures. */
function ofNetwork({ inspection }: Summary): readonly Note[] {
  if (inspection === undefined) return [];
  const note = (text: string, full: string): Note => ({ kind: "warning", rows: [], metrics: [], subject: "network", text, full });
  return [
    ...(inspection.findings ?? []).map(({ text }) => note(text, text)),
    ...toldOfPolicies(inspection).map(({ brief, full }) => note(brief, full)),
  ];
}

/** Modes that stated needs exclude, those with one reason together. */
function leftOut({ excluded }: Summary, naming: Naming): readonly Note[] {
  return [...groupBy(excluded, ({ why, inBrief = why }) => inBrief)].map(([brief, own]): Note => {
    const modes = own.map(({ mode }) => mode);
    return { ...about(modes, [], naming), kind: "excluded", text: `no rank: ${brief}`, full: unique(own.map(({ why }) => why)).join("; ") };
  });
}

/** What packets say against a mode, as far as no stated need says it: a contradiction of what is said of it, else what is known not to work. */
function brokenCells({ conformance, excluded }: Summary, naming: Naming): readonly Note[] {
  return (conformance?.variants ?? []).flatMap((one): Note[] => {
    const note = (text: string, full = text): Note => ({ ...about([one.variant], [], naming), kind: "warning", text, full });
    if (one.failure !== undefined) return [note(`what works could not be tried: ${one.failure.reason}`)];
    const wrong = contradictions(one).map(contradictionText);
    if (wrong.length > 0) return [note(`packets contradict what is said of it: ${wrong[0] ?? ""}`, wrong.join("; "))];
    if (excluded.some(({ mode }) => mode === one.variant)) return [];
    return absencesOf({ schema: CONFORMANCE_SCHEMA, variants: [one] })
      .filter(({ result }) => result === "does-not-work")
      .map((absence) => note(absenceText(absence)));
  });
}

function walked(summary: Summary, naming: Naming): readonly Note[] {
  const modes = walkedToTheEnd(summary);
  return modes.length === 0 ? [] : [{ ...about(modes, [WALKED.metric], naming), kind: "warning", text: WALKED.text, full: WALKED.text }];
}

const namingOf = (summary: Summary, run: Run): Naming => ({
  venue: summary.venue,
  row: (name) => labelOf(summary, name),
  metric: (name) => {
    const [, metric = name, remark = ""] = /^(\S+)( \(.*\))?$/.exec(name) ?? [];
    return `${questionOf(metric, run.scenario).inWords}${remark}`;
  },
  rows: rowWord(summary),
});

function partial({ status, partialReason = "the run ended early" }: Summary): readonly Note[] {
  return status === "partial"
    ? [{ kind: "partial", rows: [], metrics: [], subject: "cut short", text: partialReason, full: partialReason }]
    : [];
}

function gapNote({ modes, metrics, status, reason }: Gap, naming: Naming, text = inWords(partsOf(reason, naming.venue))): Note {
  const kind = status === "unsupported" ? "missing" : status;
  const word = status === "unsupported" ? "not measured" : status;
  return { ...about(modes, metrics, naming), kind, text: `${word}: ${text}`, full: reason };
}

/** What a kernel lacks, in the reason of a mode that needs it. */
const LACKED = /(?<=\bneeds )CONFIG_\w+/g;

/** Modes that are missing as a whole: those that this kernel is too small for in one line, since it is the same fact of each of them. */
function wholeGaps(gaps: readonly Gap[], naming: Naming): readonly Note[] {
  const lacking = gaps.filter(({ status, reason }) => status === "unsupported" && reason.match(LACKED) !== null);
  const [first, second] = lacking;
  if (first === undefined || second === undefined) return gaps.map((gap) => gapNote(gap, naming));
  const modes = unique(lacking.flatMap((gap) => gap.modes));
  const options = unique(lacking.flatMap(({ reason }) => reason.match(LACKED) ?? []));
  const text = `not measured: this kernel lacks ${options.join(", ")}`;
  const note: Note = {
    kind: "missing",
    rows: modes,
    metrics: [],
    subject: modes.map(naming.row).join(", "),
    text,
    full: unique(lacking.map(({ reason }) => reason)).join("; "),
  };
  return [note, ...gaps.filter((gap) => !lacking.includes(gap)).map((gap) => gapNote(gap, naming))];
}

/** Reasons that begin alike are one fact, whosever figure it is and whatever their figures are. */
const factOf = ({ status, reason }: Gap, { venue }: Naming): string =>
  JSON.stringify([status, opening(partsOf(reason, venue)).replace(/\d[\d.,]*/g, "#")]);

/** Gaps in these metrics; those of one fact stand together, under what their reasons have in common. */
function cellGaps(gaps: readonly Gap[], which: (metric: string) => boolean, naming: Naming): readonly Note[] {
  const among = gaps.map((gap) => ({ ...gap, metrics: gap.metrics.filter(which) })).filter(({ metrics }) => metrics.length > 0);
  return [...groupBy(among, (gap) => factOf(gap, naming)).values()].map((own) => {
    const [first, ...others] = own;
    if (others.length === 0) return gapNote(first, naming);
    const [modes, metrics] = [unique(own.flatMap((gap) => gap.modes)), unique(own.flatMap((gap) => gap.metrics))];
    const parts = own.map(({ reason }) => partsOf(reason, naming.venue));
    const [of, openings] = [unique(parts.map((part) => part.of ?? "")), unique(parts.map(opening))];
    const whose = of.length === 1 && of[0] !== "" ? `of ${of.join("")}: ` : "";
    const text = `${whose}${openings.length === 1 ? "" : "for example "}${openings[0] ?? ""}`;
    return gapNote({ ...first, modes, metrics }, naming, text);
  });
}

/** What is missing of modes' own hosts, but for what their pods miss for the same reason: that is said there. */
function ofOwnHosts(gaps: readonly Gap[], ofPods: readonly Gap[], naming: Naming): readonly Gap[] {
  const said = new Set(
    ofPods.flatMap((gap) => gap.modes.flatMap((mode) => gap.metrics.map((metric) => JSON.stringify([mode, metric, factOf(gap, naming)])))),
  );
  return gaps.flatMap((gap) => {
    const own = gap.metrics.filter((metric) => metric.endsWith(OWN_HOSTS)).map((metric) => metric.slice(0, -OWN_HOSTS.length));
    const isNew = (mode: string, metric: string): boolean => !said.has(JSON.stringify([mode, metric, factOf(gap, naming)]));
    const modes = gap.modes.filter((mode) => own.some((metric) => isNew(mode, metric)));
    return modes.length === 0 ? [] : [{ ...gap, modes, metrics: own.filter((metric) => modes.some((mode) => isNew(mode, metric))) }];
  });
}

type Placed = Cell & { readonly row: string };

/** Cells with the row that they stand in: those of the table, or those of modes' own hosts. */
const cellsOf = (summary: Summary, ownHosts: boolean): readonly Placed[] =>
  summary.modes.flatMap(({ mode, cells }) =>
    cells.flatMap((cell) => {
      const { row, remark } = placeOf(summary, mode, cell);
      return (remark === OWN_HOSTS) === ownHosts ? [{ ...cell, row }] : [];
    }),
  );

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

function stalling(all: readonly Placed[], shown: readonly string[], naming: Naming): readonly Note[] {
  const cells = all.filter(({ ratio, metric }) => ratio?.stalls === true && shown.includes(metric));
  if (cells.length === 0) return [];
  const text = "stalls at times, so that a mean tells another story than the median here";
  const where = about(unique(cells.map(({ row }) => row)), unique(cells.map(({ metric }) => metric)), naming);
  return [{ ...where, kind: "stalls", text, full: text }];
}

/** One note a check. */
function doubts(cells: readonly Placed[], which: (metric: string) => boolean, naming: Naming): readonly Note[] {
  const flagged = cells.flatMap(({ row, metric, flags = [] }) => (which(metric) ? flags.map((flag) => ({ row, metric, flag })) : []));
  return CHECKS.flatMap((check): Note[] => {
    const own = flagged.filter(({ flag }) => flag.check === check);
    const [first] = own;
    if (first === undefined) return [];
    const where = about(unique(own.map(({ row }) => row)), unique(own.map(({ metric }) => metric)), naming);
    return [{ ...where, kind: "doubt", text: FOUND[check], full: first.flag.sentence }];
  });
}
