/**
 * The experiment of queues and workers on a terminal: what follows, every combination, and in full what each CPU did.
 * @packageDocumentation
 */
import type { CpuWork, IrqCell, IrqExperiment } from "../../model/irq-experiment.js";
import { metricName, OPEN_LAB } from "../../model/metric-names.js";
import { formatCount, formatRatio } from "../../units/format.js";
import { columnBlocks } from "./column-blocks.js";
import { type Paint, painter, type Role } from "./paint.js";
import { clipped, displayWidth, labelled, PROSE_WIDTH, padEnd, padStart, plain, wrap } from "./text.js";

/** How it is set. */
export interface IrqSetting {
  readonly width: number;
  readonly colour: boolean;
  /** What each CPU did, too, and reasons in full. */
  readonly full: boolean;
}

/** The whole text, each line ended. */
export function renderIrqExperiment(experiment: IrqExperiment, file: string, { width, colour, full }: IrqSetting): string {
  const paint = painter(colour);
  const { says, metric, cells, confidence } = experiment;
  const told = (text: string, role: Role): readonly string[] => wrap(text, Math.min(width, PROSE_WIDTH)).map((line) => paint(role, line));
  const isMore = cells.some(({ trial, trialError }) => trial !== undefined || trialError !== undefined);
  const lines = [
    ...says.flatMap((sentence) => told(sentence, "strong")),
    "",
    // The link of this lab has no limit.
    ...told(`Ratios of ${metricName(metric, OPEN_LAB).inWords}, to the host and to the first combination of the mode`, "heading"),
    ...combinationLines(cells, { width, full, paint }),
    ...told(`Intervals to the first combination hold ${String(100 * confidence)} % all together.`, "quiet"),
    ...(full ? cells.flatMap((cell) => trialLines(cell, width, paint)) : []),
    "",
    `The run is in ${plain(file)}.`,
    ...(isMore && !full ? told("--full prints what each CPU did.", "plain") : []),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

const GAP = "  ";

const HEAD = ["mode", "queues", "workers", "to the host", "to the first"] as const;
/** Columns that say which combination it is; those behind them have its figures. */
const NAMING = 3;

/** A combination as texts under the headings; one that was not measured has the names alone, and why. */
interface Row {
  readonly cell: IrqCell;
  readonly texts: readonly string[];
  readonly problem?: string;
}

function rowOf(cell: IrqCell): Row {
  const { mode, queues, workers, status, reason = "", toHost, toFirst } = cell;
  const names = [mode, queues, padStart(String(workers), "workers".length)];
  if (status !== "measured") return { cell, texts: names, problem: `${status}: ${plain(reason)}` };
  const host = toHost === undefined ? "too few rounds" : formatRatio(toHost.median, toHost.low, toHost.high);
  const first = toFirst === undefined ? "" : `${formatRatio(toFirst.median, toFirst.low, toFirst.high)}  ${toFirst.says}`;
  return { cell, texts: [...names, host, first] };
}

interface TableSetting {
  readonly width: number;
  readonly full: boolean;
  readonly paint: Paint;
}

/** A line a combination; where that has no room, its figures stand below it. */
function combinationLines(cells: readonly IrqCell[], setting: TableSetting): readonly string[] {
  const rows = cells.map(rowOf);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map(({ texts }) => displayWidth(texts[column] ?? ""))));
  const needed = widths.reduce((sum, width) => sum + width, GAP.length * (HEAD.length - 1));
  if (needed > setting.width) return rows.flatMap((row) => stacked(row, setting));
  const set = (texts: readonly string[]): string => texts.map((text, column) => padEnd(text, widths[column] ?? 0)).join(GAP);
  return [
    setting.paint("heading", set(HEAD).trimEnd()),
    ...rows.flatMap(({ texts, problem }) => {
      const head = `${set(texts)}${GAP}`;
      if (problem === undefined) return [head.trimEnd()];
      const column = displayWidth(head);
      return setting.full ? labelled(head, problem, column, setting.width) : [`${head}${clipped(problem, setting.width - column)}`];
    }),
  ];
}

function stacked({ cell, texts, problem }: Row, { width, full }: TableSetting): readonly string[] {
  const room = width - GAP.length;
  const figures = HEAD.slice(NAMING).map((head, index) => [head, texts[NAMING + index] ?? ""] as const);
  const below =
    problem === undefined
      ? figures.filter(([, text]) => text !== "").map(([head, text]) => `${padEnd(head, HEAD[4].length)}${GAP}${text}`)
      : full
        ? wrap(problem, room)
        : [clipped(problem, room)];
  return [...wrap(combinationTitle(cell), width), ...below.map((line) => `${GAP}${line}`)];
}

const combinationTitle = ({ mode, queues, workers }: IrqCell): string =>
  `${mode}, queues ${queues}, ${String(workers)} ${workers === 1 ? "worker" : "workers"}`;

function trialLines(cell: IrqCell, width: number, paint: Paint): readonly string[] {
  const { trial, trialError } = cell;
  const title = `${combinationTitle(cell)}: what each CPU did`;
  if (trial === undefined) return trialError === undefined ? [] : ["", ...wrap(`${title} is not known: ${trialError}`, width, GAP)];
  return [
    "",
    ...wrap(`${title} in ${trial.seconds.toFixed(1)} s`, width, GAP).map((line) => paint("heading", line)),
    ...cpuTable(trial, width, paint),
  ];
}

/** Columns of a CPU's bar. */
const BAR = 20;

const COUNTERS: readonly (readonly [title: string, of: (work: CpuWork) => number])[] = [
  ["NET_RX", ({ softirqs }) => softirqs["NET_RX"] ?? 0],
  ["packets", ({ packets }) => packets],
  ["by RPS", ({ receivedRps }) => receivedRps],
  ["squeezed", ({ timeSqueeze }) => timeSqueeze],
  ["dropped", ({ dropped }) => dropped],
  ["interrupts", ({ interrupts }) => interrupts],
];

interface CpuColumn {
  readonly width: number;
  /** The heading, then a text a CPU, all of this width. */
  readonly texts: readonly string[];
}

function cpuColumn(pad: typeof padEnd, texts: readonly string[]): CpuColumn {
  const width = Math.max(...texts.map(displayWidth));
  return { width, texts: texts.map((text) => pad(text, width)) };
}

/** A row a CPU; columns that find no room stand below, each block with the CPUs again. */
function cpuTable({ seconds, cpus }: NonNullable<IrqCell["trial"]>, width: number, paint: Paint): readonly string[] {
  const names = cpuColumn(padEnd, ["cpu", ...cpus.map(({ cpu }) => String(cpu))]);
  const threads = cpus.some(({ ksoftirqdSeconds }) => ksoftirqdSeconds > 0);
  const columns = [
    cpuColumn(padEnd, ["busy, # in softirqs", ...cpus.map((work) => barOf(work, seconds))]),
    ...COUNTERS.map(([title, of]) => cpuColumn(padStart, [title, ...cpus.map((work) => formatCount(of(work)))])),
    ...(threads ? [cpuColumn(padStart, ["ksoftirqd", ...cpus.map(({ ksoftirqdSeconds }) => `${ksoftirqdSeconds.toFixed(2)} s`)])] : []),
  ];
  return columnBlocks(columns, width - names.width, GAP.length).flatMap((block) => {
    const rows = names.texts.map((name, row) => [name, ...block.map(({ texts }) => texts[row] ?? "")].join(GAP).trimEnd());
    return rows.map((line, row) => (row === 0 ? paint("quiet", line) : line));
  });
}

/** The bar is the time of the trial: `#` in softirqs, `=` busy with something else. */
function barOf(work: CpuWork, seconds: number): string {
  const columns = (time: number): number => Math.min(BAR, Math.round((BAR * time) / seconds));
  const busy = columns(work.busy);
  const soft = Math.min(busy, columns(work.softirqSeconds));
  return `${"#".repeat(soft)}${"=".repeat(busy - soft)}${".".repeat(BAR - busy)}`;
}
