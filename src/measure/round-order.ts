/**
 * The order of one round.
 * @packageDocumentation
 */

/** A source of random integers, uniform on 0 .. below-1. */
export type RandomInteger = (below: number) => number;

/**
 * Every path once in random order, and the host ceil(sqrt(paths)) times spread through the round: the median of these is
 * the denominator of all ratios, and host noise is shared by all modes.
 */
export function roundOrder<T>(host: T, others: readonly T[], random: RandomInteger): T[] {
  const shuffled = shuffle(others, random);
  const visits = Math.max(1, Math.ceil(Math.sqrt(shuffled.length)));
  const order: T[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    const chunk = shuffled.slice(Math.floor((visit * shuffled.length) / visits), Math.floor(((visit + 1) * shuffled.length) / visits));
    const at = random(chunk.length + 1);
    order.push(...chunk.slice(0, at), host, ...chunk.slice(at));
  }
  return order;
}

function shuffle<T>(items: readonly T[], random: RandomInteger): T[] {
  const keyed = items.map((item) => ({ item, key: random(2 ** 31) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
