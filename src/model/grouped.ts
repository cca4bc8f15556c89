/**
 * Things by what they have in common.
 * @packageDocumentation
 */

/** One group: it is never empty. */
export type Group<T> = [T, ...T[]];

/** Groups in the order in which their first things come, each in the order of its things. `Map.groupBy` comes with Node 21. */
export function groupBy<T, K>(things: Iterable<T>, keyOf: (thing: T) => K): Map<K, Group<T>> {
  const groups = new Map<K, Group<T>>();
  for (const thing of things) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [thing]);
    else group.push(thing);
  }
  return groups;
}
