/**
 * The nearest known name for one that is not known.
 * @packageDocumentation
 */

/** How many insertions, deletions and replacements turn one word into the other (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: Array.from(b).length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      next.push(Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** ` Did you mean X?` for the nearest known name, or nothing when none is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const byDistance = known.map((candidate) => ({ candidate, distance: distance(name, candidate) })).sort((a, b) => a.distance - b.distance);
  const [best] = byDistance;
  return best !== undefined && best.distance <= Math.max(2, name.length / 3) ? ` Did you mean ${best.candidate}?` : "";
}

/** A name that is part of another is near, whatever its length: `vxlan` for `flannel-vxlan`. */
function distance(name: string, candidate: string): number {
  if (name.length >= 3 && candidate.includes(name)) return 1;
  return editDistance(name.toLowerCase(), candidate);
}
