/**
 * Which of several named things this machine supports, in a sentence.
 * @packageDocumentation
 */
import { listed } from "../../units/listed.js";

/**
 * `This machine supports all 21 modes.`, `This machine supports 17 of 21 modes, but not vlan or ipvlan-l2.`
 * @param what - what they are, in the plural
 * @param missing - by their names, why it cannot have some of them
 */
export function canText(what: string, all: readonly { readonly name: string }[], missing: ReadonlyMap<string, string>): string {
  const lacking = all.map(({ name }) => name).filter((name) => missing.has(name));
  if (lacking.length === 0) return `This machine supports all ${String(all.length)} ${what}.`;
  return `This machine supports ${String(all.length - lacking.length)} of ${String(all.length)} ${what}, but not ${listed(lacking, "or")}.`;
}
