/**
 * Who watches a run while it is made: a terminal's live view, a page, or no one.
 * @packageDocumentation
 */
import type { NoDropEvent } from "../measure/no-drop/no-drop.js";
import type { CellProgress, Progress } from "../measure/progress.js";
import type { MeasureEvent } from "../measure/rounds/measure-event.js";

/** How a path of a run is called where its figures are shown. */
export type NameOf = (path: Pick<CellProgress, "mode" | "path">) => string;

/** Takes in what happens. */
export interface RunWatcher {
  /** The lab is being built. */
  building(): void;
  /** What is done while nothing is measured, e.g. `waiting for pods`. */
  waiting(what: string): void;
  /** A message that stays in view. */
  say(message: string): void;
  /** From now on figures are known. */
  follow(progress: Progress, nameOf: NameOf): void;
  readonly onEvent: (event: MeasureEvent) => void;
  readonly onNoDrop: (event: NoDropEvent) => void;
}

const ignore = (): void => undefined;

/** For runs that no one watches, such as several at once, which would draw over each other. */
export const UNWATCHED: RunWatcher = {
  building: ignore,
  waiting: ignore,
  say: ignore,
  follow: ignore,
  onEvent: ignore,
  onNoDrop: ignore,
};
