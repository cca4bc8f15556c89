/**
 * The room that a part of a screen has.
 * @packageDocumentation
 */
import type { Paint } from "./paint.js";

/** Where a part of a screen stands, and in which colours. */
export interface Room {
  readonly width: number;
  readonly paint: Paint;
  /** Lines that it may have, its empty first one among them. A part that has no form so short takes its shortest one. */
  readonly most: number;
}
