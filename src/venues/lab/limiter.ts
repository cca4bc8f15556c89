/**
 * Bounds how many tasks run at a time.
 * @packageDocumentation
 */

/** Runs tasks side by side, at most `width` of them at once, in the order in which they came. */
export class Limiter {
  readonly #queue: (() => void)[] = [];
  #inside = 0;

  constructor(readonly width: number) {}

  /** Runs a task when it is its turn and gives its result. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.width) await new Promise<void>((enter) => this.#queue.push(enter));
    else this.#inside++;
    try {
      return await task();
    } finally {
      const next = this.#queue.shift();
      // A waiting task takes over the slot; otherwise the slot is free again.
      if (next === undefined) this.#inside--;
      else next();
    }
  }
}
