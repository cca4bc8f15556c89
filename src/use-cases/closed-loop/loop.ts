/**
 * The closed loop: each change is screened and confirmed against what is kept so far, which stays applied meanwhile; then everything that was kept is held
 * against the node as it was.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import type { TriedChange, TuningEffect } from "../../model/closed-loop.js";
import { ratioOfLog } from "../../statistics/combine-intervals.js";
import type { MedianEstimate } from "../../statistics/median-interval.js";
import { type Block, type Phase, type Standing, standingAfter, standingAtEnd } from "../../statistics/screen-and-confirm.js";
import type { Condition, VenueSession } from "../../venues/contract.js";
import { type Candidate, onTopOf } from "./candidates.js";
import { conditionOf } from "./condition-of.js";
import type { Trials } from "./ground.js";
import { ChangeRefused, type Visits } from "./visits.js";

/** What the loop is given. */
export interface LoopOptions {
  readonly session: VenueSession;
  readonly trials: Trials;
  readonly visits: Visits;
  readonly margin: number;
  readonly clock: Clock;
  /** By the clock: no block begins after it. */
  readonly deadline: number;
  /** Told of each change before it is tried, and of what became of it. */
  readonly onChange: (change: string, told: { readonly begins: true } | TriedChange) => void;
}

/** What the loop came to. */
export interface Looped {
  readonly tried: readonly TriedChange[];
  readonly kept: readonly Candidate[];
  /** Blocks of every phase, for the spread. */
  readonly series: readonly (readonly Block[])[];
  /** Seconds that a block took at most. */
  readonly slowest: number;
}

const SO_BY_NOW = "it is so by now: what was kept before has brought it about";

/** Phases of one change: how each ended. */
interface Trial {
  readonly standing: Standing;
  readonly phase: Phase;
  readonly blocks: Record<Phase, number>;
}

/** Tries changes one after the other. */
export class ClosedLoop {
  readonly #options: LoopOptions;
  readonly #series: (readonly Block[])[] = [];
  readonly #tried: TriedChange[] = [];
  readonly #kept: Candidate[] = [];
  #slowest = 0;
  #interrupted = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Everything up to the last change or the end of the budget. What is applied on the way is taken back before this ends, however it ends. */
  async run(candidates: readonly Candidate[]): Promise<Looped> {
    await this.#from(candidates);
    return { tried: this.#tried, kept: this.#kept, series: this.#series, slowest: this.#slowest };
  }

  /** One phase for a condition, outside of the list of changes. */
  async phase(phase: Phase, condition: Condition): Promise<Standing> {
    return (await this.#phase(phase, condition)).standing;
  }

  async #from([first, ...rest]: readonly Candidate[]): Promise<void> {
    if (first === undefined) return;
    const { onChange, trials } = this.#options;
    onChange(first.change.name, { begins: true });
    const candidate = await onTopOf(this.#kept, first);
    if (candidate === undefined) {
      this.#tell(first, SO_BY_NOW);
      return this.#from(rest);
    }
    // What was kept stays for the trials of the others: two changes of one cause are not both worth keeping.
    const kept = await trials.during([candidate], async () => this.#keptWith(candidate, rest));
    return kept ? undefined : this.#from(rest);
  }

  /** Tries one, and where it is kept all that follow while it holds. */
  async #keptWith(candidate: Candidate, rest: readonly Candidate[]): Promise<boolean> {
    const condition = conditionOf(candidate.change.name, [candidate]);
    const { kept } = this.#tell(candidate, await this.#trial(condition));
    if (!kept) return false;
    this.#kept.push(candidate);
    await this.#options.session.under(condition, async () => this.#from(rest));
    return true;
  }

  #tell(candidate: Candidate, trial: Trial | string): TriedChange {
    const told = toldOf(candidate, trial);
    this.#tried.push(told);
    this.#options.onChange(candidate.change.name, told);
    return told;
  }

  async #trial(condition: Condition): Promise<Trial | string> {
    try {
      const screened = await this.#phase("screening", condition);
      if (!isWin(screened.standing)) return { ...screened, phase: "screening", blocks: { screening: screened.blocks, confirmation: 0 } };
      const confirmed = await this.#phase("confirmation", condition);
      return { ...confirmed, phase: "confirmation", blocks: { screening: screened.blocks, confirmation: confirmed.blocks } };
    } catch (error) {
      if (error instanceof ChangeRefused) return `it was refused: ${error.message}`;
      throw error;
    }
  }

  async #phase(phase: Phase, condition: Condition): Promise<{ readonly standing: Standing; readonly blocks: number }> {
    const { visits, margin, clock, deadline } = this.#options;
    const blocks: Block[] = [];
    this.#series.push(blocks);
    let standing: Standing = { kind: "open" };
    while (standing.kind === "open" && clock.monotonic() + this.#slowest < deadline && !this.#interrupted) {
      const began = clock.monotonic();
      const seen = await visits.block(condition);
      this.#slowest = Math.max(this.#slowest, clock.monotonic() - began);
      if (seen === undefined) this.#interrupted = true;
      else blocks.push(seen.block);
      standing = standingAfter(phase, blocks, margin);
    }
    return { standing: standing.kind === "open" ? standingAtEnd(phase, blocks, margin) : standing, blocks: blocks.length };
  }
}

/** Whether a phase was won. */
export const isWin = ({ kind }: Standing): boolean => kind === "won" || kind === "revived";

/** What a phase came to as a ratio; null where it has none. */
export const effectIn = (standing: Standing): TuningEffect | null => ("estimate" in standing ? effectOf(standing.estimate) : null);

/** The ratio of an estimate with its limits. */
function effectOf({ centre, interval }: MedianEstimate): TuningEffect | null {
  if (interval === undefined) return null;
  const effect = ratioOfLog({ estimate: centre, low: interval.low, high: interval.high });
  return [effect.median, effect.low, effect.high].every(Number.isFinite) ? effect : null;
}

function toldOf({ change, evidence }: Candidate, trial: Trial | string): TriedChange {
  const { name, scope, risk } = change;
  const around = { change: name, scope, risk, evidence: evidence.says };
  if (typeof trial === "string") return { ...around, kept: false, reason: trial, effect: null };
  const { standing, phase, blocks } = trial;
  const kept = isWin(standing) && phase === "confirmation";
  return { ...around, kept, reason: reasonOf(standing, phase, blocks[phase]), effect: effectIn(standing), blocks };
}

function reasonOf(standing: Standing, phase: Phase, blocks: number): string {
  if (standing.kind === "revived") return "works again";
  if (standing.kind === "won") return "faster in the screening and in fresh rounds";
  if (blocks === 0)
    return phase === "screening" ? "not tried: the budget was over" : "won the screening; the budget left no room to confirm it";
  if (standing.kind === "open") return "not decided";
  return `${WHY[standing.why]} in the ${phase}`;
}

const WHY: Readonly<Record<Extract<Standing, { kind: "lost" }>["why"], string>> = {
  "cannot win": "cannot gain as much as is worth keeping: dropped",
  undecided: "not known to gain as much as is worth keeping",
  "nothing moved": "nothing moved with it either: dropped",
};
