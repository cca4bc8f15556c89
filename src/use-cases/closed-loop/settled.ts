/**
 * What stays of the changes that were kept one on top of the other, once all of them were held against the node as it was.
 * @packageDocumentation
 */
import type { TriedChange, TuningEffect } from "../../model/closed-loop.js";
import type { Standing } from "../../statistics/screen-and-confirm.js";
import type { Candidate } from "./candidates.js";
import { effectIn } from "./loop.js";

/** What stays, and why the rest does not. */
export interface Settled<Kept extends Pick<Candidate, "change"> = Candidate> {
  readonly stays: readonly Kept[];
  /** The reason for those that do not stay; empty where all do. */
  readonly undone: string;
  /** What the ones that stay give as a ratio, null where there is none: nothing stays, or a path works again. */
  readonly effect: TuningEffect | null;
}

/**
 * Judges what was kept.
 * @param together - how all of them stand against the node as it was; of a single change its own confirmation says that
 */
export function settled<Kept extends Pick<Candidate, "change">>(
  kept: readonly Kept[],
  tried: readonly TriedChange[],
  together?: Standing,
): Settled<Kept> {
  const [first] = kept;
  if (first === undefined) return { stays: [], undone: "", effect: null };
  const own = tried.find(({ change }) => change === first.change.name)?.effect ?? null;
  if (together === undefined) return { stays: [first], undone: "", effect: own };
  if (together.kind === "revived") return { stays: kept, undone: "", effect: null };
  if (together.kind === "won") return { stays: kept, undone: "", effect: effectIn(together) };
  if (together.kind === "lost" && together.why !== "undecided")
    return { stays: [], undone: "undone: everything kept together does not hold its gain", effect: null };
  // The first was confirmed against the node as it was, the others on top of it: without the whole set only the first is known.
  const names = kept.map(({ change }) => change.name).join(", ");
  return { stays: [first], undone: `undone: the budget left no room to show that ${names} together hold their gain`, effect: own };
}
