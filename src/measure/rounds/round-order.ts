/**
 * The order of one round.
 * @packageDocumentation
 */

/** A source of random integers, uniform on 0 .. below-1. */
export type RandomInteger = (below: number) => number;

/** How often a round visits the host beside so many paths. */
export type HostVisits = (paths: number) => number;

/** ceil(sqrt(paths)) times: the median of these is the denominator of all ratios, and host noise is shared by all modes. */
export const severalVisits: HostVisits = (paths) => Math.max(1, Math.ceil(Math.sqrt(paths)));

/**
 * Once, as every other path: a resident client and its server that ran a moment ago answer otherwise than those that rested for a whole round
 * (docs/trust.md, "A/A").
 */
export const oneVisit: HostVisits = () => 1;

/** Every path once in random order, and the host so many times, spread through the round. */
export function roundOrder<T>(host: T, others: readonly T[], random: RandomInteger, hostVisits: HostVisits = severalVisits): T[] {
  const shuffled = shuffle(others, random);
  const visits = hostVisits(shuffled.length);
  const order: T[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    const chunk = shuffled.slice(Math.floor((visit * shuffled.length) / visits), Math.floor(((visit + 1) * shuffled.length) / visits));
    const at = random(chunk.length + 1);
    order.push(...chunk.slice(0, at), host, ...chunk.slice(at));
  }
  return order;
}

/** A thing that others are compared with, and these; undefined where there is no such thing. */
export interface OrderedGroup<T> {
  readonly baseline: T | undefined;
  readonly subjects: readonly T[];
}

/** One round of several groups: each has its own order, and all are spread over the whole round. */
export function groupedOrder<T>(groups: readonly OrderedGroup<T>[], random: RandomInteger, hostVisits: HostVisits = severalVisits): T[] {
  const orders = groups.map(({ baseline, subjects }) =>
    baseline === undefined ? shuffle(subjects, random) : roundOrder(baseline, subjects, random, hostVisits),
  );
  const [only, ...others] = orders;
  if (only === undefined || others.length === 0) return only ?? [];
  // Each thing gets a place within its own equal part of the round, so that the order inside a group stays as it was drawn.
  const placed = orders.flatMap((order) =>
    order.map((item, index) => ({ item, place: (index + random(2 ** 31) / 2 ** 31) / order.length })),
  );
  return placed.sort((one, other) => one.place - other.place).map(({ item }) => item);
}

function shuffle<T>(items: readonly T[], random: RandomInteger): T[] {
  const keyed = items.map((item) => ({ item, key: random(2 ** 31) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
