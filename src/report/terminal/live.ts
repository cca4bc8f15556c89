/**
 * The live view, pure: a state gives the lines of a frame, or one plain line where there is no terminal.
 * It shows how intervals narrow and never a verdict: those are taken at planned looks alone.
 * @packageDocumentation
 */
import { formatClock, formatPercent, formatRatio } from "../../units/format.js";
import { intervalBar, type LiveAxis, liveAxis } from "./live-bars.js";
import type { LiveMode, LiveState } from "./live-state.js";
import { type Paint, painter } from "./paint.js";
import { displayWidth, padEnd, plain, truncate } from "./text.js";

/** The space that a frame may take. */
export interface LiveOptions {
  readonly width: number;
  /** Rows of the terminal; the frame leaves one free. */
  readonly height: number;
  readonly colour: boolean;
}

const PHASES: Readonly<Record<LiveState["phase"], string>> = {
  building: "building the lab",
  measuring: "measuring",
  summarising: "computing the summary",
  done: "done",
};
const MESSAGES_SHOWN = 3;
const WIDEST_FRAME = 120;

/** One frame: lines without line breaks, none wider than the terminal, no more than fit. */
export function renderFrame(state: LiveState, options: LiveOptions): readonly string[] {
  const width = Math.max(20, Math.min(options.width - 1, WIDEST_FRAME));
  const height = Math.max(2, options.height - 1);
  const paint = painter(options.colour);
  const head = [headLine(state, width, paint), progressBar(state, width, paint)];
  const messages = state.messages.slice(-MESSAGES_SHOWN).map((text) => paint("warning", truncate(plain(text), width)));
  const body = modeLines(state, width, height - head.length - messages.length, paint);
  return [...head, ...body, ...messages].slice(0, height);
}

/** What is measured on the left, the time on the right. */
function headLine(state: LiveState, width: number, paint: Paint): string {
  const time = timeText(state);
  const what = truncate(doing(state), width - displayWidth(time) - 2);
  return `${paint("strong", padEnd(what, width - displayWidth(time)))}${paint("quiet", time)}`;
}

function doing(state: LiveState): string {
  if (state.phase === "building" && state.doing !== undefined) return plain(state.doing);
  if (state.phase !== "measuring" || state.workload === undefined) return PHASES[state.phase];
  return `${PHASES.measuring} ${state.workload}, round ${String(state.round)}`;
}

function timeText(state: LiveState): string {
  const left = state.budget - state.elapsed;
  return `${formatClock(state.elapsed)} of ${formatClock(state.budget)}, ${left > 0 ? `${formatClock(left)} left` : "finishing"}`;
}

function progressBar(state: LiveState, width: number, paint: Paint): string {
  const share = state.phase === "done" ? 1 : state.budget > 0 ? Math.min(1, Math.max(0, state.elapsed / state.budget)) : 0;
  const filled = Math.round(share * width);
  return `${"━".repeat(filled)}${paint("quiet", "─".repeat(width - filled))}`;
}

function modeLines(state: LiveState, width: number, room: number, paint: Paint): readonly string[] {
  if (state.modes.length === 0 || room < 3) return [];
  const label = Math.min(20, Math.max(4, ...state.modes.map((mode) => displayWidth(plain(mode.mode)))));
  const figures = "0.000 [0.000, 0.000]".length;
  const barWidth = width - label - figures - 4;
  const axis = barWidth >= 12 ? liveAxis(state.modes, barWidth) : undefined;
  const caption = axisLine(state, axis, label, paint);
  const shown = state.modes.length + 1 <= room ? state.modes : state.modes.slice(0, room - 2);
  const rest = state.modes.length - shown.length;
  return [
    caption,
    ...shown.map((mode) => modeLine(mode, axis, label, width, paint)),
    ...(rest > 0 ? [paint("quiet", truncate(`${String(rest)} more ${state.rows}`, width))] : []),
  ];
}

function axisLine(state: LiveState, axis: LiveAxis | undefined, label: number, paint: Paint): string {
  const name = truncate(state.metric ?? state.workload ?? "", label);
  return `${paint("strong", padEnd(name, label))}${axis === undefined ? "" : `  ${paint("quiet", axis.labels)}`}`.trimEnd();
}

function modeLine(mode: LiveMode, axis: LiveAxis | undefined, label: number, width: number, paint: Paint): string {
  const name = padEnd(truncate(plain(mode.mode), label), label);
  const figures = figuresText(mode);
  if (axis === undefined) return truncate(`${name}  ${figures}`, width);
  const room = width - label - axis.width - 4;
  return `${name}  ${mode.ratio === undefined ? paint("quiet", axis.empty) : intervalBar(mode, axis, paint)}  ${truncate(figures, room)}`.trimEnd();
}

function figuresText(mode: LiveMode): string {
  if (mode.note !== undefined) return plain(mode.note);
  if (mode.ratio === undefined) return "waiting";
  return mode.low === undefined || mode.high === undefined
    ? `${formatRatio(mode.ratio, null, null).split(" ")[0] ?? ""} (n ${String(mode.n)})`
    : formatRatio(mode.ratio, mode.low, mode.high);
}

/** One line for logs and pipes: no colours, no cursor movement. */
export function renderProgressLine(state: LiveState): string {
  const widths = state.modes.flatMap((mode) =>
    mode.low !== undefined && mode.high !== undefined && mode.low > 0 ? [(Math.log(mode.high) - Math.log(mode.low)) / 2] : [],
  );
  return `[${formatClock(state.elapsed)} of ${formatClock(state.budget)}] ${doing(state)}${state.phase === "measuring" ? narrowness(widths, state.rows) : ""}`;
}

function narrowness(halfWidths: readonly number[], rows: string): string {
  const [only, ...others] = halfWidths;
  if (only === undefined) return "";
  if (others.length === 0) return `, half-width ${formatPercent(only)}`;
  return `, half-widths ${formatPercent(Math.min(...halfWidths))} to ${formatPercent(Math.max(...halfWidths))} over ${String(halfWidths.length)} ${rows}`;
}
