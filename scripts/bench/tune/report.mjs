/**
 * The closed loop's table, from whatever has been run so far.
 */
import { met } from "../record.mjs";
import { DECOYS, FAULT_CASES, HEALTHY } from "./cases.mjs";

/**
 * @typedef {import("./loops.mjs").FaultEntry} FaultEntry
 * @typedef {import("./loops.mjs").HarmlessEntry} HarmlessEntry
 * @typedef {FaultEntry | HarmlessEntry} Entry
 * @typedef {import("./loops.mjs").Held} Held
 */

/** Seeds of each fault, of which one may be missed in all. */
export const SEEDS = 2;

/** @param {{ median: number, low: number, high: number } | null} one */
const ratio = (one) => (one === null ? "-" : `${one.median.toFixed(3)} [${one.low.toFixed(3)}, ${one.high.toFixed(3)}]`);

/** Cured: the end is not known to be slower than the unfaulted copy. @param {FaultEntry} one */
const isCured = ({ found, after }) => found && after !== null && after.verdict !== "slower";

/** What a part came to: undecided until all of it was run, unless it is missed already. @param {number} wrong @param {number} allowed @param {number} done @param {number} wanted */
const outcomeOf = (wrong, allowed, done, wanted) => (wrong > allowed ? met(false) : done < wanted ? "undecided" : met(true));

/** @param {readonly Entry[]} entries @returns {{ tables: import("../record.mjs").Table[], outcomes: import("../record.mjs").Outcome[] }} */
export function reportOf(entries) {
  const faults = entries.flatMap((one) => (one.part === "faults" ? [one] : []));
  const cured = faults.filter(isCured);
  const wanted = FAULT_CASES.length * SEEDS;
  const ofFaults = outcomeOf(faults.length - cured.length, 1, faults.length, wanted);
  const harmless = [
    { part: "decoys", title: "Decoys: an odd value that costs nothing", wanted: DECOYS.length },
    { part: "healthy", title: "Healthy runs: values written anew as they stand", wanted: HEALTHY.runs },
  ].map(({ part, title, wanted: all }) => {
    const own = entries.flatMap((one) => (one.part !== "faults" && one.part === part ? [one] : []));
    const kept = own.filter((one) => one.kept.length > 0);
    const outcome = outcomeOf(kept.length, 0, own.length, all);
    return {
      outcome,
      table: {
        title: `${title}: ${String(kept.length)} of ${String(own.length)} runs kept something, of ${String(all)} that are wanted (${outcome})`,
        head: ["case", "mode", "metric", "changes tried", "kept", "seconds"],
        rows: own.map((one) => [one.case, one.mode, one.metric, String(one.tried), one.kept.join(", ") || "none", String(one.seconds)]),
      },
    };
  });
  return {
    tables: [
      {
        title: `Planted faults: ${String(cured.length)} of ${String(faults.length)} found and cured, of ${String(wanted)} that are wanted (${ofFaults})`,
        head: [
          "fault",
          "seed",
          "mode",
          "metric",
          "found",
          "kept",
          "faulty over sound",
          "gain by the confirmation",
          "cured over sound",
          "the end is",
          "seconds",
        ],
        rows: faults.map((one) => [
          one.case,
          String(one.seed),
          one.mode,
          one.metric,
          one.found ? "yes" : "no",
          one.kept.join(", ") || "nothing",
          one.before === null ? "broken" : ratio(one.before),
          one.effect === null ? "-" : ratio(one.effect),
          ratio(one.after),
          one.after?.verdict ?? "-",
          String(one.seconds),
        ]),
        note: "Faulty and cured over sound: an unfaulted copy of the mode in the same blocks; the margin is 5 %.",
      },
      ...harmless.map(({ table }) => table),
    ],
    outcomes: [ofFaults, ...harmless.map(({ outcome }) => outcome)],
  };
}
