/**
 * One cell while it is measured: where it stands between the planned looks, and what it comes to.
 * @packageDocumentation
 */
import type { Verdict } from "../../model/summary.js";
import type { Estimated } from "../../statistics/combine-intervals.js";
import type { Interval } from "../../statistics/median-interval.js";
import {
  afterPart,
  afterRound,
  atEndOfBudget,
  confidenceAtEnd,
  LOOK_CONFIDENCE,
  type LookPlan,
  type LookState,
  roundsToNextLook,
  UNSEEN,
} from "../../statistics/planned-looks.js";
import { verdictOf } from "../../statistics/verdict.js";
import type { RatioLimit } from "../../units/format.js";
import { type CellEstimate, type CellSource, PairedCell, tooFewSentence } from "./paired-cell.js";

/** What a cell came to. */
export type CellOutcome =
  | {
      readonly kind: "estimated";
      readonly centre: number;
      readonly interval: Interval | undefined;
      readonly verdict: Verdict;
      /** Set where the figure depends on the start of its generators: so many starts are its units. */
      readonly restarts?: number;
      /** Of a percentile, and of the cost of clients that stay: so many starts are behind the interval. */
      readonly starts?: number;
      /** Set where the ratio is only a limit. */
      readonly limit?: RatioLimit;
      /** Numbers of the rounds behind it. */
      readonly rounds: readonly number[];
      /** The look that closed the cell and the round after which it came; undefined while the cell is open. */
      readonly closed?: { readonly look: 1 | 2 | 3 | "end"; readonly round: number } | undefined;
      /** Rounds that an open cell's next look is away; undefined where that cannot be told. */
      readonly roundsNeeded?: number | undefined;
    }
  | { readonly kind: "refused" | "failed" | "unseen"; readonly reason: string };

/** More than this share of rounds lost, and a cell is refused. */
const MOST_LOST = 0.05;
/** Up to here every round is checked for a look; beyond, checks follow when the rounds have grown by a 64th, which moves a half-width by less than 1 %. */
const EACH_ROUND_UP_TO = 64;
/** Resampling is expensive: pooled numbers are checked when their rounds have grown by a quarter. */
const GROWTH_OF_POOLED = 1.25;

/** Follows one cell round by round. */
export class CellTracker {
  readonly source: CellSource;
  readonly plan: LookPlan;
  readonly #cell: PairedCell;
  #partEnds: readonly number[];
  #lastCheck = 0;
  #latest: CellEstimate | undefined;
  #state: LookState = UNSEEN;
  #ended: CellOutcome | undefined;

  /** @param partEnds - when earlier parts of a resumed run ended, seconds from the start of the run, ascending */
  constructor(source: CellSource, plan: LookPlan, partEnds: readonly number[] = []) {
    this.#partEnds = partEnds;
    this.source = source;
    this.plan = plan;
    this.#cell = new PairedCell(source);
  }

  /** Rounds that are paired. */
  get rounds(): number {
    return this.#cell.rounds.length;
  }

  /** Rounds in which one side gave no number. */
  get lost(): number {
    return this.#cell.lost;
  }

  /** Where the cell stands between its looks. */
  get state(): LookState {
    return this.#state;
  }

  /** The estimate of the last check; its interval is that of a look. */
  get latest(): CellEstimate | undefined {
    return this.#latest;
  }

  /** Log of the median ratio in the first half of the rounds over that in the second, where there are enough rounds to tell. */
  get halves(): Estimated | undefined {
    return this.#cell.halves();
  }

  /** Takes in a complete round. Once the cell has ended, further rounds change nothing. */
  see(round: number): void {
    this.#endParts(round);
    if (this.#state.status === "open" && this.#cell.see(round) && this.#checkIsDue()) this.#check();
  }

  /** The cell at the end of the budget. */
  finish(): CellOutcome {
    this.#ended ??= this.#atEnd();
    return this.#ended;
  }

  /** Counts the looks of the parts that ended before a round began. */
  #endParts(round: number): void {
    if (this.#partEnds.length === 0) return;
    const { began } = this.source.record.timeOf(round);
    const over = this.#partEnds.filter((end) => end <= began);
    this.#partEnds = this.#partEnds.slice(over.length);
    for (let part = 0; part < over.length && this.#state.status === "open"; part += 1) this.#endPart();
  }

  #endPart(): void {
    const outcome = this.#atEnd();
    if (outcome.kind !== "estimated" || outcome.interval === undefined) return;
    this.#state = afterPart(this.#state, this.plan, outcome.interval);
    if (this.#state.status === "open") return;
    this.#ended = { ...outcome, closed: { look: "end", round: lastOf(outcome.rounds) }, roundsNeeded: undefined };
  }

  #atEnd(): CellOutcome {
    const { rounds, firstLoss } = this.#cell;
    if (rounds.length === 0)
      return firstLoss === undefined ? { kind: "unseen", reason: "no round was measured" } : { kind: "failed", reason: firstLoss };
    if (this.#tooManyLost()) return { kind: "refused", reason: this.#lossSentence() };
    const estimate = this.#cell.estimate(confidenceAtEnd(this.plan, rounds.length));
    if (estimate.kind === "too-few-samples")
      return { kind: "refused", reason: tooFewSentence(estimate.samples, estimate.required, estimate.where) };
    if (estimate.kind === "impossible") return { kind: "refused", reason: estimate.reason };
    const end = atEndOfBudget(this.#state, this.plan, estimate.interval);
    if (end.status === "decided") return { ...estimate, verdict: end.verdict, rounds, closed: { look: "end", round: lastOf(rounds) } };
    const roundsNeeded = roundsToNextLook(this.#state, this.plan, rounds.length, estimate.interval);
    return { ...estimate, verdict: "undecided", rounds, roundsNeeded };
  }

  #checkIsDue(): boolean {
    const n = this.rounds;
    if (this.source.metric.estimator.kind !== "value") return n >= this.plan.fewestRounds && n >= this.#lastCheck * GROWTH_OF_POOLED;
    return n <= EACH_ROUND_UP_TO || n >= this.#lastCheck * (1 + 1 / EACH_ROUND_UP_TO);
  }

  #check(): void {
    this.#lastCheck = this.rounds;
    const estimate = this.#cell.estimate(LOOK_CONFIDENCE);
    this.#latest = estimate;
    if (estimate.kind !== "estimated" || this.#tooManyLost()) return;
    this.#state = afterRound(this.#state, this.plan, this.rounds, estimate.interval);
    if (this.#state.status === "open") return;
    const { rounds } = this.#cell;
    const closed = { look: lookOf(this.#state.looks), round: lastOf(rounds) };
    this.#ended = { ...estimate, verdict: verdictOf(estimate.interval, this.plan), rounds, closed };
  }

  #tooManyLost(): boolean {
    return this.lost > MOST_LOST * (this.rounds + this.lost);
  }

  #lossSentence(): string {
    const seen = this.rounds + this.lost;
    return `${String(this.lost)} of ${String(seen)} rounds were lost, more than 5 %: ${this.#cell.firstLoss ?? "no reason was recorded"}`;
  }
}

const lastOf = (rounds: readonly number[]): number => rounds.at(-1) ?? 0;

const lookOf = (looks: number): 1 | 2 | 3 => (looks === 1 || looks === 2 ? looks : 3);
