/**
 * How far a look at a load has come: which part of the load counts, and in how much of it nothing moved. Pure; `load-watches.ts` takes the looks.
 *
 *   |-- begins --|-- bucket empty --|-- settle --|~ a change |---- counted ----|~ a change |
 * @packageDocumentation
 */
import type { LoadPlan } from "../protocol.js";

/** One look at the counter. */
export interface LoadLook {
  /** Nanoseconds of the agent's monotonic clock. */
  readonly clock: number;
  readonly amount: number;
  readonly packets: number;
}

/** What was seen once the part is over; `LoadSeen` without the readings. */
export interface CountedPart {
  readonly amount: number;
  readonly seconds: number;
  readonly loadSeconds: number;
  readonly stillShare: number;
  readonly longestPause: number;
}

/** What a look means: the part that counts begins with it, or ends with it, or there is nothing to be counted. */
export type LookMeaning =
  | { readonly kind: "opened" }
  | { readonly kind: "closed"; readonly counted: CountedPart }
  | { readonly kind: "unseen"; readonly why: string; readonly brief?: true };

/** Milliseconds from one look to the next while nothing is due: pauses of this length are not distinguished. */
const LOOK_MS = 4;
/** Milliseconds between looks for the change that is due. */
const CLOSE_LOOK_MS = 0.1;
/** A bucket is empty when less than this share of it is left; it is taken to fill a little slower than it does, since headers are not known to the byte. */
const BUCKET = { empty: 0.1, pace: 0.98 };
/** A pause is still when it is longer than this, milliseconds, and than so many of the load's usual steps. */
const STILL = { ms: 20, steps: 5 };

/** A look at one load, from before its beginning to the end of the part that counts. */
export class LoadProgress {
  readonly #plan: LoadPlan;
  readonly #first: LoadLook;
  readonly #pauses: number[] = [];
  readonly #steps: number[] = [];
  #last: LoadLook;
  /** The last look that saw a change. */
  #changed: LoadLook;
  #began: LoadLook | undefined;
  /** What a bucket on the way may still hold; undefined before the load begins. */
  #left: number | undefined;
  /** When the bucket was empty, or could be waited for no longer. */
  #emptied: number | undefined;
  #opened: LoadLook | undefined;

  constructor(plan: LoadPlan, first: LoadLook) {
    this.#plan = plan;
    this.#first = first;
    this.#last = first;
    this.#changed = first;
  }

  /** Milliseconds until the next look is due. */
  get pause(): number {
    const due = this.#dueAfter(this.#last);
    if (due === undefined) return LOOK_MS;
    return Math.min(LOOK_MS, Math.max(CLOSE_LOOK_MS, (due - this.#last.clock) / 1e6));
  }

  /** Takes a look in; undefined when nothing comes of it. */
  see(look: LoadLook): LookMeaning | undefined {
    const previous = this.#last;
    this.#last = look;
    // Amounts are sums with weights and may fall by a few bytes; packets are only ever added.
    if (look.packets < previous.packets)
      return { kind: "unseen", why: "the counter was reset while the load ran, as when its device is recreated" };
    const changed = look.amount !== previous.amount;
    // A change is known to the moment only where the look before it was close: from when on one is due.
    const awaited = changed && this.#isDue(previous);
    if (changed) this.#noteChange(previous, look);
    this.#began ??= this.#beginningWith(previous, look);
    if (this.#began === undefined) return this.#unlessLate(look);
    // The first look may have seen the whole bucket pass already.
    this.#emptied ??= this.#emptyAt(this.#began, previous, look);
    return this.#opened === undefined ? this.#toOpen(awaited, look) : this.#toClose(this.#opened, changed, awaited, look);
  }

  /** The load has ended before its time: what was counted up to the last change, if anything. */
  end(): LookMeaning {
    if (this.#opened === undefined) return { kind: "unseen", why: "the load ended before it had settled", brief: true };
    return { kind: "closed", counted: this.#countedFrom(this.#opened, this.#changed) };
  }

  #beginningWith(previous: LoadLook, look: LoadLook): LoadLook | undefined {
    return look.amount - this.#first.amount >= this.#plan.sign.begins ? previous : undefined;
  }

  #unlessLate(look: LoadLook): LookMeaning | undefined {
    const { patience } = this.#plan;
    if (msBetween(this.#first, look) < patience) return undefined;
    return { kind: "unseen", why: `no load arrived within ${String(patience / 1000)} s` };
  }

  /** The moment at which a bucket on the way is known to be empty. It fills while little is sent, up to its brim. */
  #emptyAt(began: LoadLook, previous: LoadLook, look: LoadLook): number | undefined {
    const { bucket } = this.#plan;
    if (bucket === undefined) return began.clock;
    const filled = bucket.perSecond * BUCKET.pace * (msBetween(previous, look) / 1000);
    this.#left = Math.min(bucket.amount, (this.#left ?? bucket.amount) + filled) - (look.amount - previous.amount);
    return this.#left <= bucket.amount * BUCKET.empty || msBetween(began, look) >= bucket.patience ? look.clock : undefined;
  }

  /** From when on the next change ends what is under way; undefined when that is not known yet. */
  #dueAfter({ packets: seen }: LoadLook): number | undefined {
    const { settle, length, packets } = this.#plan;
    if (this.#opened === undefined) return this.#emptied === undefined ? undefined : this.#emptied + settle * 1e6;
    return seen - this.#opened.packets >= packets ? this.#opened.clock + length * 1e6 : undefined;
  }

  #isDue(look: LoadLook): boolean {
    const due = this.#dueAfter(look);
    return due !== undefined && look.clock >= due;
  }

  #toOpen(awaited: boolean, look: LoadLook): LookMeaning | undefined {
    if (this.#runsOut(look)) return { kind: "unseen", why: "the load was over before it had settled", brief: true };
    // A load that stands still here is counted all the same: it moves nothing for the whole part.
    const tooLong = msBetween(this.#changed, look) >= this.#plan.longest;
    if (!awaited && !tooLong) return undefined;
    this.#opened = look;
    return { kind: "opened" };
  }

  #toClose(opened: LoadLook, changed: boolean, awaited: boolean, look: LoadLook): LookMeaning | undefined {
    const tooLong = msBetween(opened, look) >= this.#plan.longest;
    if (!awaited && !(changed && this.#runsOut(look)) && !tooLong) return undefined;
    return { kind: "closed", counted: this.#countedFrom(opened, look) };
  }

  /** Whether a load of a known amount is nearly over. */
  #runsOut(look: LoadLook): boolean {
    const { until } = this.#plan;
    return until !== undefined && look.amount - this.#first.amount >= until;
  }

  #noteChange(previous: LoadLook, look: LoadLook): void {
    if (this.#began !== undefined) {
      this.#pauses.push(msBetween(this.#changed, previous));
      this.#steps.push(msBetween(this.#changed, look));
    }
    this.#changed = look;
  }

  #countedFrom(opened: LoadLook, closed: LoadLook): CountedPart {
    const loadMs = msBetween(this.#began ?? opened, closed);
    const pauses = [...this.#pauses, msBetween(this.#changed, closed)];
    const longest = Math.max(STILL.ms, STILL.steps * medianOf(this.#steps));
    const still = pauses.filter((pause) => pause > longest).reduce((sum, pause) => sum + pause, 0);
    return {
      amount: closed.amount - opened.amount,
      seconds: msBetween(opened, closed) / 1000,
      loadSeconds: loadMs / 1000,
      stillShare: loadMs > 0 ? Math.min(1, still / loadMs) : 0,
      longestPause: pauses.reduce((most, pause) => Math.max(most, pause), 0),
    };
  }
}

const msBetween = (from: LoadLook, to: LoadLook): number => (to.clock - from.clock) / 1e6;

/** 0 of nothing. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
