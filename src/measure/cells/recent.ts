/**
 * What was made last, so that it need not be made again at once, and no more of it than is worth its memory.
 * @packageDocumentation
 */

/** Keeps so many values by key, those that were asked for last. */
export class Recent<Key, Value> {
  readonly #most: number;
  /** In the order of their use: a Map lists its keys as they were added. */
  readonly #kept = new Map<Key, { readonly value: Value }>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The value of a key, made when it is not kept. */
  get(key: Key, make: () => Value): Value {
    const kept = this.#kept.get(key) ?? { value: make() };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest);
    return kept.value;
  }
}
