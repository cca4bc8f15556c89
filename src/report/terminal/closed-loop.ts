/**
 * The result of a closed loop on a terminal: a line a change, the total, and how to keep it.
 * @packageDocumentation
 */
import type { Tuning, TuningEffect } from "../../model/closed-loop.js";
import { metricName, OPEN_LAB } from "../../model/metric-names.js";
import { formatPercent, formatRatio } from "../../units/format.js";
import { verdictInWords } from "../words.js";
import { type Paint, painter } from "./paint.js";
import { displayWidth, labelled, padEnd, plain, wrap } from "./text.js";

/** Where it is shown. */
export interface ClosedLoopPage {
  readonly width: number;
  readonly colour: boolean;
}

/** The page. */
export function renderClosedLoop(tuning: Tuning, { width, colour }: ClosedLoopPage): string {
  const paint = painter(colour);
  const lines = [
    ...wrap(`${inWords(tuning.metric)} of ${tuning.variant}: ${answerOf(tuning)}`, width, "  ").map((line) => paint("heading", line)),
    "",
    ...changeLines(tuning, width, paint),
    "",
    ...totalLines(tuning, width),
    ...tuning.permanent.flatMap((form) => ["", ...formLines(form, width, paint)]),
    "",
    ...tuning.notes.flatMap((note) => wrap(note, width)),
  ];
  return `${lines.join("\n")}\n`;
}

/** The loads of a closed loop are those of links without a limit. */
const inWords = (metric: string): string => metricName(metric, OPEN_LAB).inWords;

function answerOf({ changes, total }: Tuning): string {
  const kept = changes.filter((one) => one.kept).map(({ change }) => change);
  if (kept.length === 0) return "nothing is worth keeping";
  const again = changes.some((one) => one.kept && one.effect === null);
  return `keep ${kept.join(", ")}: ${again || total === null ? "works again" : `${effectText(total)} of what it was`}`;
}

const effectText = ({ median, low, high }: TuningEffect): string => formatRatio(median, low, high);

/** A reason has at least so much room beside its change, or stands below it. */
const LEAST_ROOM = 28;
const BELOW = " ".repeat(6);

function changeLines({ changes }: Tuning, width: number, paint: Paint): readonly string[] {
  const name = Math.max(0, ...changes.map(({ change }) => displayWidth(change)));
  const effects = changes.map(({ effect }) => (effect === null ? "-" : effectText(effect)));
  const wide = Math.max(0, ...effects.map(displayWidth));
  return changes.flatMap(({ change, kept, reason }, index) => {
    const head = `${kept ? "keep" : "    "}  ${padEnd(plain(change), name)}  ${padEnd(effects[index] ?? "", wide)}  `;
    const room = width - displayWidth(head);
    const shown =
      room < LEAST_ROOM
        ? [head.trimEnd(), ...wrap(reason, width - BELOW.length).map((line) => `${BELOW}${line}`)]
        : labelled(head, reason, displayWidth(head), width);
    return kept ? shown : shown.map((line) => paint("quiet", line));
  });
}

function totalLines({ total, others, smallestEffectSeen, margin, budgetSeconds }: Tuning, width: number): readonly string[] {
  const sentences = [
    ...(total === null
      ? []
      : [`Everything kept, against the node as it was: ${effectText(total)}, ${verdictInWords(total)} at ±${formatPercent(margin)}.`]),
    ...others.map(
      ({ metric, verdict, effect }) =>
        `With what was kept, ${inWords(metric)}: ${effect === null ? "no ratio" : effectText(effect)}, ${verdictInWords({ verdict })}.`,
    ),
    smallestEffectSeen === null
      ? `Too little was seen to say how small a gain ${String(budgetSeconds)} s can show.`
      : `A gain of ${formatPercent(smallestEffectSeen - 1)} would have been kept four times in five.`,
  ];
  return sentences.flatMap((sentence) => wrap(sentence, width));
}

function formLines(
  { change, form, path, text, checked, removedBy }: Tuning["permanent"][number],
  width: number,
  paint: Paint,
): readonly string[] {
  return [
    ...wrap(`To keep ${change}: ${path ?? form}`, width, "  ").map((line) => paint("heading", line)),
    ...text
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line.replace(/\s.*/, "") === "" ? `    ${plain(line)}` : plain(line)}`),
    ...wrap(`Check: ${plain(checked)}.`, width).map((line) => paint("quiet", line)),
    ...wrap(`Removed by: ${plain(removedBy)}.`, width).map((line) => paint("quiet", line)),
  ];
}
