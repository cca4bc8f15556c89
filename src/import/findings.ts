/**
 * What one file gives, with the limits that keep its memory bounded.
 * @packageDocumentation
 */
import type { AddressClaim, Failure, Figure, Ruleset, StatedShare, Trouble } from "./recogniser.js";

/** What one file may contribute at most. */
export const FILE_LIMITS = { figures: 2000, shares: 200, addresses: 500, rulesets: 100, failures: 200, placesOfTrouble: 3 } as const;
/** A figure with the recogniser that read it. */
export interface Recognised extends Figure {
  readonly recogniser: string;
}

/** A trouble with how often it was seen. */
export interface CountedTrouble extends Omit<Trouble, "line" | "text"> {
  count: number;
  /** The first places. */
  readonly places: { readonly line: number; readonly text: string }[];
}

/** A limit that was reached. */
export interface ReachedLimit {
  readonly what: string;
  readonly limit: number;
  /** How many were left out. */
  readonly dropped: number;
}

/** Everything that was recognised in one file. */
export interface FileFindings {
  readonly file: string;
  readonly bytes: number;
  readonly lines: number;
  readonly encoding: string;
  /** Lines with control characters, as binary data has them. */
  readonly controlLines: number;
  readonly figures: readonly Recognised[];
  readonly shares: readonly StatedShare[];
  readonly troubles: readonly CountedTrouble[];
  readonly addresses: readonly AddressClaim[];
  readonly rulesets: readonly Ruleset[];
  readonly failures: readonly Failure[];
  readonly limits: readonly ReachedLimit[];
  /** Set when the file could not be read to its end. */
  readonly interrupted?: string;
}

/** A list that keeps its first members and counts the others. */
export class Limited<Item> {
  readonly kept: Item[] = [];
  dropped = 0;
  constructor(
    readonly what: string,
    readonly limit: number,
  ) {}

  add(item: Item): void {
    if (this.kept.length < this.limit) this.kept.push(item);
    else this.dropped += 1;
  }

  reached(): readonly ReachedLimit[] {
    return this.dropped === 0 ? [] : [{ what: this.what, limit: this.limit, dropped: this.dropped }];
  }
}
