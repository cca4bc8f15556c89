/**
 * The live view, pure: a state gives the lines of a frame, or one plain line where there is no terminal. It is the table of the screen while it fills,
 * without verdicts: those are taken at planned looks alone.
 * @packageDocumentation
 */
import { formatClock } from "../../units/format.js";
import { fartherLimit } from "../question-table.js";
import type { LiveCell, LiveState } from "./live-state.js";
import { type Paint, painter } from "./paint.js";
import type { GridCell } from "./screen/cell.js";
import { type DrawnGrid, drawGrid } from "./screen/grid.js";
import { type Signs, signsFor } from "./screen/signs.js";
import { displayWidth, padEnd, plain, truncate } from "./text.js";

/** The space that a frame may take. */
export interface LiveOptions {
  readonly width: number;
  /** Rows of the terminal; the frame leaves one free. */
  readonly height: number;
  readonly colour: boolean;
  /** Whether the terminal shows UTF-8. */
  readonly utf8: boolean;
}

const PHASES: Readonly<Record<LiveState["phase"], string>> = {
  building: "building the lab",
  measuring: "measuring",
  summarising: "computing the summary",
  done: "done",
};
const MESSAGES_SHOWN = 3;
const WIDEST_FRAME = 120;
/** Lines above the first row of a table. */
const HEADING_LINES = 2;

/** One frame: lines without line breaks, none wider than the terminal, no more than fit. */
export function renderFrame(state: LiveState, options: LiveOptions): readonly string[] {
  const width = Math.max(20, Math.min(options.width - 1, WIDEST_FRAME));
  const height = Math.max(2, options.height - 1);
  const [paint, signs] = [painter(options.colour), signsFor(options.utf8)];
  const head = [headLine(state, width, paint, signs), progressBar(state, width, paint, signs)];
  const messages = state.messages.slice(-MESSAGES_SHOWN).map((text) => paint("warning", truncate(signs.text(plain(text)), width)));
  const body = tableLines(state, { width, paint, signs }, height - head.length - messages.length);
  return [...head, ...body, ...messages].slice(0, height);
}

/** What is measured on the left, the time on the right. */
function headLine(state: LiveState, width: number, paint: Paint, signs: Signs): string {
  const time = timeText(state);
  const what = truncate(signs.text(doing(state)), width - displayWidth(time) - 2);
  return `${paint("strong", padEnd(what, width - displayWidth(time)))}${paint("quiet", time)}`;
}

function doing(state: LiveState): string {
  if (state.phase === "building" && state.doing !== undefined) return plain(state.doing);
  if (state.phase !== "measuring" || state.measured === undefined) return PHASES[state.phase];
  return `${PHASES.measuring} ${plain(state.measured)}${state.round > 0 ? `, round ${String(state.round)}` : ""}`;
}

const timeText = (state: LiveState): string => `${formatClock(state.elapsed)} of ${formatClock(state.budget)}, ${leftText(state)}`;

const leftText = ({ budget, elapsed }: LiveState): string => (budget > elapsed ? `${formatClock(budget - elapsed)} left` : "finishing");

function progressBar(state: LiveState, width: number, paint: Paint, { bar: [done, left] }: Signs): string {
  const share = state.phase === "done" ? 1 : state.budget > 0 ? Math.min(1, Math.max(0, state.elapsed / state.budget)) : 0;
  const filled = Math.round(share * width);
  return `${done.repeat(filled)}${paint("quiet", left.repeat(width - filled))}`;
}

interface Setting {
  readonly width: number;
  readonly paint: Paint;
  readonly signs: Signs;
}

function tableLines(state: LiveState, setting: Setting, room: number): readonly string[] {
  if (state.table.length === 0 || state.questions.length === 0 || room < HEADING_LINES + 1) return [];
  const rows = state.table.map(({ label, cells }) => ({ label, cells: cells.map((cell) => gridCell(cell, setting.signs)), marked: false }));
  const drawn = drawGrid({ questions: state.questions, baselines: [], rows, now: state.metric }, setting);
  const letters = drawn.letters(Math.max(1, room - drawn.lines.length));
  if (drawn.lines.length + letters.length <= room) return [...drawn.lines, ...letters];
  const shown = drawn.lines.slice(0, Math.max(0, room - letters.length - 1));
  return [...shown, setting.paint("quiet", truncate(hiddenText(state, drawn, shown.length), setting.width)), ...letters];
}

/** What of the table lies below the last line that is shown. */
function hiddenText({ table, questions, rows }: LiveState, { perBlock }: DrawnGrid, shown: number): string {
  const linesOfBlock = HEADING_LINES + table.length;
  const whole = Math.floor((shown + 1) / (linesOfBlock + 1));
  const hiddenRows = whole > 0 ? 0 : linesOfBlock - shown;
  const hiddenQuestions = Math.max(0, questions.length - perBlock * Math.max(1, whole));
  const texts = [
    hiddenRows > 0 ? `${String(hiddenRows)} more ${rows}` : "",
    hiddenQuestions > 0 ? `${String(hiddenQuestions)} more questions` : "",
  ];
  return texts.filter((text) => text !== "").join(", ");
}

const WORDS: Readonly<Record<Exclude<LiveCell["kind"], "ratio">, readonly string[]>> = {
  waiting: ["."],
  none: ["n/a"],
  failing: ["fails"],
};

function gridCell(cell: LiveCell, signs: Signs): GridCell {
  if (cell.kind !== "ratio") return { kind: "words", forms: WORDS[cell.kind], role: cell.kind === "failing" ? "warning" : "quiet" };
  const { ratio, low, high, settled } = cell;
  return {
    kind: "ratio",
    ratio,
    distance: fartherLimit(ratio, low, high),
    sign: settled ? signs.settled : " ",
    role: settled ? "strong" : "plain",
  };
}

/** One line for logs and pipes: what, how far, how long still. No colours, no cursor movement. */
export function renderProgressLine(state: LiveState): string {
  return `[${formatClock(state.elapsed)} of ${formatClock(state.budget)}] ${doing(state)}, ${leftText(state)}`;
}
