/**
 * The state of one verdict: what became of a change, in a word. Pure.
 * @packageDocumentation
 */
import type { TuningState } from "../model/tuning.js";
import type { Entry } from "./journal/replay.js";
import type { ValueState } from "./live.js";
import { type Here, whereaboutsOf } from "./whereabouts.js";

/** A change's state, from what the journal and the node say of it. */
export function stateOfEntry(entry: Entry, values: readonly ValueState[], here: Here): TuningState {
  const { phase, apply, left } = entry;
  if (phase === "undone" && left.length === 0) return "undone";
  const where = whereaboutsOf(apply, here);
  if (where === "other boot" || where === "other namespace") return where;
  const set = values.filter((_, index) => apply.values[index]?.wanted !== undefined);
  const all = (kind: ValueState["kind"]): boolean => set.every((value) => value.kind === kind);
  const some = (...kinds: readonly ValueState["kind"][]): boolean => set.some(({ kind }) => kinds.includes(kind));
  if (all("gone")) return "device gone";
  if (some("anew", "gone")) return "device made anew";
  if (all("before")) return phase === "made" ? "put back by someone else" : phase === "applying" ? "not made" : "undone";
  if (some("other", "unreadable")) return "changed by someone else";
  if (phase === "made") return all("after") ? "made" : "changed by someone else";
  return phase === "applying" ? "half made" : "half undone";
}
