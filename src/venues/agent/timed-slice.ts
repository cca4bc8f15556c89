/**
 * One time slice seen by several agents whose clocks are known to within an error each. Whatever the errors are, every agent's two readings lie inside
 * the time in which the generators ran and had settled: the readings keep a guard of the errors from both ends. Pure; `slice-across.ts` carries it out.
 *
 *   resumed              readings open    readings close       stop
 *     |- settle -|- guard, lag -|---- length ----|- guard, lag -|
 * @packageDocumentation
 */
import type { Reading } from "../contract.js";
import { type ClockOffset, errorAt, onAgent, onOurs } from "./clock-offset.js";
import { joinReadings, type PlacedReading } from "./joined-readings.js";
import type { AgentSlice, WindowAnswer, WindowReadings } from "./protocol.js";

/** Milliseconds that an agent may wake up late; readings keep so much more from both ends. */
const LAG_MS = 3;

/** When everything of one slice happens: moments of our clock, nanoseconds. */
export interface SliceMoments {
  readonly resumeAt: number;
  readonly opens: number;
  readonly closes: number;
  readonly stop: number;
}

/** Milliseconds that readings keep from both ends: no two clocks can be further from each other than their errors together. */
export function guardOf(offsets: readonly ClockOffset[], moment: number): number {
  const errors = offsets.map((offset) => errorAt(offset, moment)).sort((a, b) => b - a);
  return ((errors[0] ?? 0) + (errors[1] ?? 0)) / 1e6;
}

/**
 * Plans a slice.
 * @param resumeAt - moment of our clock, nanoseconds
 * @param settle - milliseconds after that which are not counted
 * @param length - milliseconds that are
 */
export function planSlice(offsets: readonly ClockOffset[], resumeAt: number, settle: number, length: number): SliceMoments {
  const guard = guardOf(offsets, resumeAt);
  const opens = resumeAt + (settle + guard + LAG_MS) * 1e6;
  const closes = opens + length * 1e6;
  return { resumeAt, opens, closes, stop: closes + (guard + LAG_MS) * 1e6 };
}

/** What one agent was asked and answered. */
export interface AgentPart {
  readonly offset: ClockOffset;
  readonly answer: WindowAnswer;
  /** Which machine it is on; agents on one machine read the same CPU times. */
  readonly machine: string;
}

/** The same with readings. */
export interface ReadPart extends AgentPart {
  readonly answer: WindowReadings;
}

/** The parts with their readings, or why the slice does not count. */
export type SlicePlacement = { readonly parts: readonly [ReadPart, ...ReadPart[]] } | { readonly problem: string; readonly late: boolean };

/**
 * Whether a slice counts: every reading must lie in the time in which all generators ran and had settled, whatever the true offsets are within their errors.
 * @param settle - milliseconds
 */
export function place(parts: readonly AgentPart[], settle: number): SlicePlacement {
  const read: ReadPart[] = [];
  for (const part of parts) {
    const { answer } = part;
    if ("late" in answer) return { problem: `an order came ${answer.late.toFixed(1)} ms late`, late: true };
    read.push({ ...part, answer });
  }
  const [first, ...others] = read;
  if (first === undefined) return { problem: "no agent was asked", late: false };
  const problem = read.flatMap((runner) => read.map((reader) => misplaced(runner, reader, settle))).find((found) => found !== undefined);
  return problem === undefined ? { parts: [first, ...others] } : { problem, late: false };
}

/** Why a reader's readings may not lie in the time in which a runner's generators ran; undefined when they do. */
function misplaced(runner: ReadPart, reader: ReadPart, settle: number): string | undefined {
  const { ran } = runner.answer;
  if (ran === undefined) return undefined;
  const opened = reader.answer.before.clock;
  const closed = reader.answer.after.clock;
  // An agent's own clock needs no translation.
  const own = runner === reader;
  const apart = own ? 0 : errorAt(runner.offset, runner.offset.at) + errorAt(reader.offset, reader.offset.at);
  const toReader = (moment: number): number => (own ? moment : onAgent(reader.offset, onOurs(runner.offset, moment)));
  if (opened < toReader(ran.from + settle * 1e6) + apart) return "a reading may have begun before the generators had settled";
  if (closed > toReader(ran.to) - apart) return "a reading may have ended after the generators were stopped";
  return undefined;
}

/** One slice of all parts, at rest when all are. Its processes are those of the first part, which alone runs any. */
export function mergeParts(parts: readonly [ReadPart, ...ReadPart[]]): AgentSlice {
  const drains = parts.map(({ answer }) => answer.drain);
  return {
    before: joinParts(parts, ({ before }) => before),
    after: joinParts(parts, ({ after }) => after),
    drain: { still: drains.every(({ still }) => still), ms: Math.max(...drains.map(({ ms }) => ms)) },
    ended: parts[0].answer.ended,
  };
}

function joinParts([first, ...others]: readonly [ReadPart, ...ReadPart[]], of: (answer: WindowReadings) => Reading): Reading {
  const placed = ({ answer, machine }: ReadPart): PlacedReading => ({ reading: of(answer), machine });
  return joinReadings([placed(first), ...others.map(placed)]);
}
