/**
 * Which of several named things this machine can have, in a sentence.
 * @packageDocumentation
 */
import { listed } from "../../units/listed.js";

/**
 * `This machine can have all 21 modes.`, `This machine can have 17 of 21 modes, and not vlan and ipvlan-l2.`
 * @param what - what they are, in the plural
 * @param missing - by their names, why it cannot have some of them
 */
export function canText(what: string, all: readonly { readonly name: string }[], missing: ReadonlyMap<string, string>): string {
  const lacking = all.map(({ name }) => name).filter((name) => missing.has(name));
  if (lacking.length === 0) return `This machine can have all ${String(all.length)} ${what}.`;
  return `This machine can have ${String(all.length - lacking.length)} of ${String(all.length)} ${what}, and not ${listed(lacking, "or")}.`;
}
