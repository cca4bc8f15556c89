/**
 * Doubts of self-distrust checks, one entry a check, with the cells concerned: as few lines as say it all.
 * @packageDocumentation
 */
import { CHECKS, type CheckName, type Flag } from "../model/doubt.js";
import type { Summary } from "../model/summary.js";
import { placeOf, rowWord } from "./outline.js";

/** What one check has to say of the cells that it flags. */
export interface DoubtedCells {
  readonly check: CheckName;
  /** How many cells. */
  readonly count: number;
  /** `flannel-udp: tcp8, tcp8.cpu; macvlan, vlan: pps`. */
  readonly subject: string;
  /** What was seen at the first of them. */
  readonly sentence: string;
  /** The cell that the sentence is about, where others show other figures. */
  readonly example: string | undefined;
}

interface Flagged {
  readonly mode: string;
  readonly metric: string;
  readonly flag: Flag;
}

/** All flags of a summary by check, in the checks' order. Refused cells are no doubts any more: they stand with what is missing. */
export function doubtedCells(summary: Summary): readonly DoubtedCells[] {
  const flagged = summary.modes.flatMap(({ mode, cells }) =>
    cells.flatMap(({ metric, path, flags = [] }) => {
      const place = placeOf(summary, mode, { path, metric });
      return flags.map((flag): Flagged => ({ mode: place.row, metric: `${metric}${place.remark}`, flag }));
    }),
  );
  return CHECKS.flatMap((check) => {
    const own = flagged.filter(({ flag }) => flag.check === check);
    const [first] = own;
    if (first === undefined) return [];
    const alike = own.every(({ flag }) => flag.sentence === first.flag.sentence);
    const example = alike ? undefined : `${first.metric} of ${first.mode}`;
    return [{ check, count: own.length, subject: subjectOf(own, rowWord(summary)), sentence: first.flag.sentence, example }];
  });
}

/** More groups than this say less than their number. */
const MOST_GROUPS = 4;

/** Modes with the same metrics stand together. */
function subjectOf(flagged: readonly Flagged[], rows: string): string {
  const metrics = new Map<string, string[]>();
  for (const { mode, metric } of flagged) metrics.set(mode, [...(metrics.get(mode) ?? []), metric]);
  const modes = new Map<string, string[]>();
  for (const [mode, names] of metrics) modes.set(names.join(", "), [...(modes.get(names.join(", ")) ?? []), mode]);
  if (modes.size > MOST_GROUPS) return `${String(flagged.length)} cells of ${String(metrics.size)} ${rows}`;
  return [...modes].map(([names, alike]) => `${alike.join(", ")}: ${names}`).join("; ");
}

/** One line of text: `undrained (macvlan: http): after ...`. */
export function doubtText({ subject, sentence, example }: DoubtedCells): string {
  return `${subject}: ${example === undefined ? "" : `for instance ${example}: `}${sentence}`;
}
