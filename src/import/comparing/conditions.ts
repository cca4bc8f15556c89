/**
 * The conditions under which a figure was measured.
 * @packageDocumentation
 */

/** Conditions as a text: `streams 8, direction reverse`. */
export function conditionsText(conditions: Readonly<Record<string, string>>): string {
  const parts = Object.entries(conditions).map(([name, value]) => `${name} ${value}`);
  return parts.length === 0 ? "not said" : parts.join(", ");
}
