/**
 * Variants with a planted fault on which something does not arrive at all: they have no score that could be compared.
 * @packageDocumentation
 */
import { groupBy } from "../model/grouped.js";
import { isBaseline } from "../model/path.js";
import type { Summary } from "../model/summary.js";
import { listed } from "../units/listed.js";

/** A broken variant, and what does not arrive on it. */
export interface Broken {
  readonly mode: string;
  readonly why: string;
}

/** The broken ones among these, as they stand. */
export const brokenIn = (modes: Summary["modes"]): readonly Broken[] =>
  modes.flatMap(({ mode, cells }) => {
    const silent = cells.filter(({ status, path }) => status === "broken" && !isBaseline(path));
    if (silent.length === 0) return [];
    const reasons = groupBy(silent, ({ reason = "no reason was recorded" }) => reason);
    const parts = [...reasons].map(([reason, own]) => `${listed([...new Set(own.map(({ metric }) => metric))])}: ${reason}`);
    return [{ mode, why: `Broken: ${parts.join("; ")}.` }];
  });
