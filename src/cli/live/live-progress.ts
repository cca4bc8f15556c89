/**
 * From what happens while measuring to the state of the live view.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import type { NoDropEvent } from "../../measure/no-drop/no-drop.js";
import type { CellProgress, Progress } from "../../measure/progress.js";
import type { MeasureEvent } from "../../measure/rounds/measure-event.js";
import { metricsOf, type WorkloadName } from "../../model/metric.js";
import type { LiveMode, LiveState } from "../../report/terminal/live-state.js";
import { seconds } from "../../units/quantity.js";
import type { NameOf, RunWatcher } from "../../use-cases/watcher.js";
import type { LiveView } from "./live-terminal.js";

/** Feeds a live view. */
export class LiveProgress implements RunWatcher {
  readonly #view: LiveView;
  readonly #clock: Clock;
  readonly #budget: number;
  /** The moment at which the budget began to run; undefined while the lab and its servers start. */
  #began: number | undefined;
  #progress: Progress | undefined;
  /** What a row of the view is called. */
  #nameOf: NameOf = ({ mode }) => mode;
  #rows: LiveState["rows"] = "modes";
  /** What is done while nothing is measured, where that is not the building of a lab. */
  #doing: string | undefined;
  #roundsDone = 0;
  readonly #messages: string[] = [];

  constructor(view: LiveView, clock: Clock, budgetSeconds: number) {
    this.#view = view;
    this.#clock = clock;
    this.#budget = budgetSeconds;
  }

  /** The lab is being built. */
  building(): void {
    this.#drawPhase("building");
  }

  /** What podwire waits for before it can measure, e.g. `waiting for pods`. */
  waiting(what: string): void {
    this.#doing = what;
    this.building();
  }

  /** A message that stays in view. */
  say(message: string): void {
    this.#messages.push(message);
  }

  /** From now on figures are known. */
  follow(progress: Progress, nameOf: NameOf, rows: LiveState["rows"]): void {
    this.#progress = progress;
    this.#rows = rows;
    this.#nameOf = nameOf;
  }

  /** Takes in what happened and draws when there is something new to see. */
  readonly onEvent = (event: MeasureEvent): void => {
    if (event.kind === "lane-failed") this.say(`${this.#nameOf(event)} ${event.workload}: ${event.reason}`);
    if (event.kind === "starting") {
      if (this.#doing !== undefined) this.#doing = `starting ${event.what}`;
      this.building();
    }
    if (event.kind === "observing") this.#began ??= this.#clock.monotonic();
    if (event.kind === "round") {
      this.#roundsDone += 1;
      this.#drawRound(event.workload, event.round + 1);
    }
  };

  /** The same for no-drop searches, which have no rounds to draw. */
  readonly onNoDrop = (event: NoDropEvent): void => {
    if (event.kind === "trial") return;
    if (event.kind === "search") {
      const { mode, frameSize, turn, turns } = event;
      this.say(`no-drop search: ${mode}, frames of ${frameSize}, turn ${String(turn + 1)} of ${String(turns)}`);
    }
    this.#drawPhase("measuring");
  };

  close(): void {
    this.#view.close();
  }

  #drawPhase(phase: LiveState["phase"]): void {
    this.#view.draw({ ...this.#base(phase), modes: [] });
  }

  #drawRound(workload: WorkloadName, round: number): void {
    const [metric] = metricsOf(workload);
    const cells = (this.#progress?.cells(workload) ?? []).filter((cell) => cell.metric === metric?.name);
    const named = metric === undefined ? {} : { metric: metric.name };
    this.#view.draw({
      ...this.#base("measuring"),
      workload,
      ...named,
      round,
      modes: cells.map((cell) => liveMode(cell, this.#nameOf(cell))),
    });
  }

  #base(phase: LiveState["phase"]): Omit<LiveState, "modes"> {
    const now = this.#clock.monotonic();
    const elapsed = seconds((now - (this.#began ?? now)) / 1000);
    const doing = this.#doing === undefined ? {} : { doing: this.#doing };
    return {
      phase,
      ...doing,
      rows: this.#rows,
      round: 0,
      roundsDone: this.#roundsDone,
      elapsed,
      budget: seconds(this.#budget),
      messages: [...this.#messages],
    };
  }
}

function liveMode(cell: CellProgress, mode: string): LiveMode {
  if (cell.state === "failing") return { mode, n: cell.rounds, note: "fails" };
  if (cell.ratio === undefined) return { mode, n: cell.rounds };
  return { mode, n: cell.rounds, ratio: cell.ratio.median, low: cell.ratio.low, high: cell.ratio.high };
}
