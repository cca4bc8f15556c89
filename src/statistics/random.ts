/**
 * Random numbers from a seed: the same seed gives the same rounds, the same resamples and so the same report.
 * @packageDocumentation
 */

/** A source of random numbers. */
export interface Random {
  /** Uniform in [0, 1), 32 bits fine. */
  next(): number;
  /** Uniform among 0, 1, ..., bound - 1. */
  integer(bound: number): number;
}

/**
 * A generator with 128 bits of state (sfc32, Doty-Humphrey, PractRand), started by splitmix32 so that neighbouring seeds are unrelated.
 * @param seed any whole number from 0 to 2^53 - 1
 */
export function randomFrom(seed: number): Random {
  const start = splitmix32(seed);
  let a = start();
  let b = start();
  let c = start();
  let counter = 1;
  const bits = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // The first outputs still resemble the seed.
  for (let skipped = 0; skipped < 12; skipped += 1) bits();
  const next = (): number => bits() / 2 ** 32;
  return { next, integer: (bound) => Math.floor(next() * bound) };
}

function splitmix32(seed: number): () => number {
  // Both halves of a seed beyond 32 bits count.
  let state = (seed ^ Math.floor(seed / 2 ** 32)) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}

/** The items in random order, each order equally likely (Fisher-Yates). The given array stays as it is. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const result: Item[] = [];
  for (const item of items) {
    const place = random.integer(result.length + 1);
    const displaced = result[place];
    if (displaced === undefined) result.push(item);
    else {
      result.push(displaced);
      result[place] = item;
    }
  }
  return result;
}
