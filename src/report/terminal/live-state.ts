/**
 * What the live view knows: a plain picture of the measuring at one moment. It is made anew whenever something changed.
 * @packageDocumentation
 */
import type { Seconds } from "../../units/quantity.js";
import type { Question } from "../questions.js";

/** How far one figure has come. */
export type LiveCell =
  | {
      readonly kind: "ratio";
      readonly ratio: number;
      readonly low: number;
      readonly high: number;
      /** Whether it is measured no longer. */
      readonly settled: boolean;
    }
  /** `waiting`: no interval yet; `none`: there will be none; `failing`: rounds without a number. */
  | { readonly kind: "waiting" | "none" | "failing" };

/** A mode of a lab or a path of a cluster. */
export interface LiveRow {
  readonly label: string;
  /** One a question. */
  readonly cells: readonly LiveCell[];
}

/** The live view's whole state. */
export interface LiveState {
  readonly phase: "building" | "measuring" | "summarising" | "done";
  /** What is done before anything is measured, in words; absent where it is the building of a lab. */
  readonly doing?: string;
  /** What the rows are. */
  readonly rows: "modes" | "paths";
  /** What is measured, in words; absent outside `measuring`. */
  readonly measured?: string;
  /** The metric whose column that is; absent where it has none. */
  readonly metric?: string;
  /** Round of what is measured, from 1; 0 before the first and where there are none. */
  readonly round: number;
  /** Since the view was opened: building counts too. */
  readonly since: Seconds;
  /** Measured so far. */
  readonly elapsed: Seconds;
  readonly budget: Seconds;
  readonly questions: readonly Question[];
  readonly table: readonly LiveRow[];
  /** Latest last, e.g. `flannel-udp failed: ...`. */
  readonly messages: readonly string[];
}
