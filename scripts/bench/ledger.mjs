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

/** A line that an interruption tore is left out. @param {string} line @returns {unknown[]} */
function valueIn(line) {
  try {
    return [parsed(line)];
  } catch {
    return [];
  }
}
