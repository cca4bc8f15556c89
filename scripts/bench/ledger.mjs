/**
 * Results that outlive an interrupted bench: one JSON value a line in podwire-runs/bench-trust/NAME.jsonl (the cluster's: bench-cluster), read back at
 * the next start.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { parsed, ROOT } from "./record.mjs";

/** Where ledgers and run files of the trust benches lie. */
export const TRUST_FOLDER = `${ROOT}podwire-runs/bench-trust/`;

/** @template Entry */
export class Ledger {
  #file;

  /**
   * @param {string} name
   * @param {{ short: boolean, fresh: boolean }} how short trials have a ledger of their own, begun anew each time: their figures say nothing
   * @param {string} [folder]
   */
  constructor(name, { short, fresh }, folder = TRUST_FOLDER) {
    this.#file = `${folder}${name}${short ? "-short" : ""}.jsonl`;
    mkdirSync(folder, { recursive: true });
    if (short || fresh) rmSync(this.#file, { force: true });
    /** @type {Entry[]} */
    this.entries = existsSync(this.#file) ? /** @type {Entry[]} */ (readFileSync(this.#file, "utf8").split("\n").flatMap(valueIn)) : [];
    if (this.entries.length > 0)
      process.stderr.write(`going on from ${String(this.entries.length)} entries in ${this.#file} (--fresh begins anew)\n`);
  }

  /** @param {Entry} entry */
  add(entry) {
    this.entries.push(entry);
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }
}

/**
 * What a run of a bench is told apart by.
 * @typedef {{ part: string, case: string, seed: number }} Key
 */

/**
 * A run that is to be done, and how.
 * @template Entry
 * @typedef {Key & { work: () => Promise<Entry> }} Wanted
 */

/**
 * Does the runs that a ledger does not hold yet, one after the other; each is written as soon as it is done.
 * @template {Key} Entry
 * @param {Ledger<Entry>} ledger @param {readonly Wanted<Entry>[]} wanted
 */
export async function carryOut(ledger, wanted) {
  /** @param {Key} one @param {Key} other */
  const same = (one, other) => one.part === other.part && one.case === other.case && one.seed === other.seed;
  for (const one of wanted.filter((each) => !ledger.entries.some((entry) => same(entry, each)))) {
    process.stderr.write(`${one.part}: ${one.case}, seed ${String(one.seed)}\n`);
    ledger.add(await one.work());
  }
}

/** A line that an interruption tore is left out. @param {string} line @returns {unknown[]} */
function valueIn(line) {
  try {
    return [parsed(line)];
  } catch {
    return [];
  }
}
