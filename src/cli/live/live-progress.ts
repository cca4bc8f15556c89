/**
 * From what happens while measuring to the state of the live view.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import type { NoDropEvent } from "../../measure/no-drop/no-drop.js";
import type { CellProgress, Progress } from "../../measure/progress.js";
import type { MeasureEvent } from "../../measure/rounds/measure-event.js";
import { findMetric, type WorkloadName } from "../../model/metric.js";
import type { Scenario } from "../../model/scenario.js";
import { askedOf, loadInWords, type Question, questionOf } from "../../report/questions.js";
import type { LiveCell, LiveState } from "../../report/terminal/live-state.js";
import { seconds } from "../../units/quantity.js";
import type { NameOf, RunWatcher } from "../../use-cases/watcher.js";
import type { LiveView } from "./live-terminal.js";

/** What is going to be measured, as far as it is known before. */
export interface LivePlan extends Pick<Scenario, "venue" | "linkBitsPerSecond" | "maxRate"> {
  readonly budgetSeconds: number;
  readonly metrics: readonly string[];
  /** Names of modes or paths, as progress calls them, each with what it is called in view. */
  readonly rows: readonly { readonly name: string; readonly label: string }[];
}

/** What a drawing is of, beside the figures and the messages that are known by then. */
type Drawn = Pick<LiveState, "phase" | "round"> & Partial<Pick<LiveState, "measured" | "metric">>;

/** Feeds a live view. */
export class LiveProgress implements RunWatcher {
  readonly #view: LiveView;
  readonly #clock: Clock;
  readonly #plan: LivePlan;
  readonly #questions: readonly Question[];
  readonly #opened: number;
  /** The moment at which the budget began to run; undefined while the lab and its servers start. */
  #began: number | undefined;
  #progress: Progress | undefined;
  #nameOf: NameOf = ({ mode }) => mode;
  /** What is done while nothing is measured, where that is not the building of a lab. */
  #doing: string | undefined;
  /** The latest cells of each workload: those of others do not change in a round. */
  readonly #cells = new Map<WorkloadName, readonly CellProgress[]>();
  readonly #messages: string[] = [];
  /** The last drawing, and how many messages stood in it. */
  #drawn: { readonly what: Drawn; readonly messages: number } | undefined;

  constructor(view: LiveView, clock: Clock, plan: LivePlan) {
    this.#view = view;
    this.#clock = clock;
    this.#plan = plan;
    this.#questions = askedOf(plan.metrics).map((metric) => questionOf(metric, plan));
    this.#opened = clock.monotonic();
  }

  /** The lab is being built. */
  building(): void {
    this.#draw({ phase: "building", round: 0 });
  }

  /** What is done while nothing is measured, e.g. `waiting for pods`. */
  waiting(what: string): void {
    this.#doing = what;
    this.building();
  }

  /** A message that stays in view. */
  say(message: string): void {
    this.#messages.push(message);
  }

  /** From now on figures are known. */
  follow(progress: Progress, nameOf: NameOf): void {
    this.#progress = progress;
    this.#nameOf = nameOf;
    for (const workload of new Set(this.#questions.map(({ metric }) => findMetric(metric)?.workload))) {
      if (workload !== undefined) this.#cells.set(workload, progress.cells(workload));
    }
  }

  /** Takes in what happened and draws when there is something new to see. */
  readonly onEvent = (event: MeasureEvent): void => {
    if (event.kind === "lane-failed") this.say(`${this.#nameOf(event)} ${loadInWords(event.workload, this.#plan)}: ${event.reason}`);
    if (event.kind === "starting") {
      if (this.#doing !== undefined) this.#doing = `starting ${event.what}`;
      this.building();
    }
    if (event.kind === "observing") this.#began ??= this.#clock.monotonic();
    if (event.kind === "round") this.#drawRound(event.workload, event.round + 1);
  };

  /** The same for no-drop searches, which have no rounds to draw. */
  readonly onNoDrop = (event: NoDropEvent): void => {
    if (event.kind !== "search") return;
    const { mode, frameSize, turn, turns } = event;
    const measured = `the no-drop rate of ${mode}, frames of ${frameSize}, turn ${String(turn + 1)} of ${String(turns)}`;
    this.#draw({ phase: "measuring", round: 0, measured });
  };

  /** Ends the view, with what was said since it was drawn last. */
  close(): void {
    if (this.#drawn !== undefined && this.#drawn.messages < this.#messages.length) this.#draw(this.#drawn.what);
    this.#view.close();
  }

  #drawRound(workload: WorkloadName, round: number): void {
    if (this.#progress !== undefined) this.#cells.set(workload, this.#progress.cells(workload));
    const column = this.#questions.find(({ metric }) => findMetric(metric)?.workload === workload);
    this.#draw({
      phase: "measuring",
      measured: loadInWords(workload, this.#plan),
      ...(column === undefined ? {} : { metric: column.metric }),
      round,
    });
  }

  #draw(what: Drawn): void {
    this.#drawn = { what, messages: this.#messages.length };
    const now = this.#clock.monotonic();
    this.#view.draw({
      ...what,
      ...(this.#doing === undefined ? {} : { doing: this.#doing }),
      rows: this.#plan.venue === "cluster" ? "paths" : "modes",
      since: seconds((now - this.#opened) / 1000),
      elapsed: seconds((now - (this.#began ?? now)) / 1000),
      budget: seconds(this.#plan.budgetSeconds),
      questions: this.#questions,
      table: this.#plan.rows.map(({ name, label }) => ({ label, cells: this.#questions.map(({ metric }) => this.#cellOf(name, metric)) })),
      messages: [...this.#messages],
    });
  }

  #cellOf(row: string, metric: string): LiveCell {
    const workload = findMetric(metric)?.workload;
    if (this.#progress === undefined || workload === undefined) return { kind: "waiting" };
    const cell = this.#cells.get(workload)?.find((one) => one.metric === metric && this.#nameOf(one) === row);
    return cell === undefined ? { kind: "none" } : liveCell(cell);
  }
}

function liveCell({ state, ratio }: CellProgress): LiveCell {
  if (state === "failing") return { kind: "failing" };
  return ratio === undefined ? { kind: "waiting" } : { kind: "ratio", ...ratioOf(ratio), settled: state === "ended" };
}

const ratioOf = ({ median, low, high }: NonNullable<CellProgress["ratio"]>) => ({ ratio: median, low, high });
