/**
 * The experiment of queues and workers on a terminal: what follows, every combination, and what each CPU did.
 * @packageDocumentation
 */
import type { CpuWork, IrqCell, IrqExperiment } from "../../model/irq-experiment.js";
import { formatCount, formatRatio } from "../../units/format.js";
import { type Paint, painter } from "./paint.js";
import { PROSE_WIDTH, padEnd, padStart, plain, truncate, wrap } from "./text.js";

/** How it is set. */
export interface IrqSetting {
  readonly width: number;
  readonly colour: boolean;
}

/** The whole text, each line ended. */
export function renderIrqExperiment(experiment: IrqExperiment, file: string, { width, colour }: IrqSetting): string {
  const paint = painter(colour);
  const { says, metric, cells, confidence } = experiment;
  const prose = Math.min(width, PROSE_WIDTH);
  const lines = [
    ...says.flatMap((sentence) => wrap(sentence, prose).map((line) => paint("strong", line))),
    "",
    paint("heading", `${padEnd("mode", nameWidth(cells))}  queues  workers  ${padEnd(`${metric} to the host`, 20)}  to the first`),
    ...cells.map((cell) => cellLine(cell, nameWidth(cells))),
    ...wrap(`Intervals of the last column hold ${String(100 * confidence)} % all together.`, prose).map((line) => paint("quiet", line)),
    ...cells.flatMap((cell) => trialLines(cell, paint)),
    "",
    `The run is in ${file}.`,
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

const nameWidth = (cells: readonly IrqCell[]): number => Math.max(4, ...cells.map(({ mode }) => mode.length));

function cellLine({ mode, queues, workers, status, reason = "", toHost, toFirst }: IrqCell, width: number): string {
  const head = `${padEnd(mode, width)}  ${padEnd(queues, 6)}  ${padStart(String(workers), 7)}`;
  if (status !== "measured") return truncate(`${head}  ${status}: ${plain(reason)}`, PROSE_WIDTH);
  const host = toHost === undefined ? "too few rounds" : formatRatio(toHost.median, toHost.low, toHost.high);
  const first = toFirst === undefined ? "" : `${formatRatio(toFirst.median, toFirst.low, toFirst.high)}  ${toFirst.says}`;
  return `${head}  ${padEnd(host, 20)}  ${first}`.trimEnd();
}

/** Columns of a CPU's bar, and of a counter. */
const BAR = 20;
const COLUMN = 11;

function trialLines({ mode, queues, workers, trial, trialError }: IrqCell, paint: Paint): string[] {
  const title = `${mode}, queues ${queues}, ${String(workers)} ${workers === 1 ? "worker" : "workers"}`;
  if (trial === undefined) return trialError === undefined ? [] : ["", `${title}: what each CPU did is not known: ${trialError}`];
  return [
    "",
    paint("heading", `${title}: what each CPU did in ${trial.seconds.toFixed(1)} s`),
    paint(
      "quiet",
      `${padEnd("cpu", 4)} ${padEnd("busy, # in softirqs", BAR + 2)}${COLUMNS.map(([name]) => padStart(name, COLUMN)).join("")}`,
    ),
    ...trial.cpus.map((work) => cpuLine(work, trial.seconds)),
  ];
}

const COLUMNS: readonly (readonly [title: string, of: (work: CpuWork) => number])[] = [
  ["NET_RX", ({ softirqs }) => softirqs["NET_RX"] ?? 0],
  ["packets", ({ packets }) => packets],
  ["by RPS", ({ receivedRps }) => receivedRps],
  ["squeezed", ({ timeSqueeze }) => timeSqueeze],
  ["dropped", ({ dropped }) => dropped],
  ["interrupts", ({ interrupts }) => interrupts],
];

/** The bar is the time of the trial: `#` in softirqs, `=` busy with something else. */
function cpuLine(work: CpuWork, seconds: number): string {
  const columns = (time: number): number => Math.min(BAR, Math.round((BAR * time) / seconds));
  const busy = columns(work.busy);
  const soft = Math.min(busy, columns(work.softirqSeconds));
  const bar = `${"#".repeat(soft)}${"=".repeat(busy - soft)}${".".repeat(BAR - busy)}`;
  const threads = work.ksoftirqdSeconds === 0 ? "" : `  ksoftirqd ${work.ksoftirqdSeconds.toFixed(2)} s`;
  return `${padEnd(String(work.cpu), 4)} ${padEnd(bar, BAR + 2)}${COLUMNS.map(([, of]) => padStart(formatCount(of(work)), COLUMN)).join("")}${threads}`;
}
