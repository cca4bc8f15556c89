/**
 * Reads a ruleset in whatever form it is: iptables-save, ip6tables-save, `nft list ruleset` or `nft -j list ruleset`, also several in one text.
 * @packageDocumentation
 */
import { isSavedSets, type SavedSets } from "./ipset/save.js";
import { isSaved, readSaved } from "./iptables/save.js";
import { isJson, readJson } from "./nft/json.js";
import { isListed, readListed } from "./nft/list.js";
import { type Ruleset, RulesetError } from "./ruleset.js";

/**
 * The ruleset of a text.
 * @param sets - IP sets that were saved elsewhere
 * @throws RulesetError that says what is wrong, and where
 */
export function readRuleset(text: string, sets?: SavedSets): Ruleset {
  if (text.includes("\u0000")) throw new RulesetError("this is not text: it holds zero bytes");
  if (text.trim() === "") throw new RulesetError("the ruleset is empty");
  if (isJson(text)) return { tables: readJson(text) };
  if (isSaved(text)) return { tables: readSaved(text, isV6(text) ? "ip6tables" : "iptables", sets) };
  if (isListed(text)) return { tables: readListed(text) };
  if (isSavedSets(text)) throw new RulesetError("these are IP sets without rules: give the rules, and the sets by --ipsets");
  throw new RulesetError("this is not a ruleset: iptables-save, ip6tables-save, `nft list ruleset` and `nft -j list ruleset` are read");
}

/** ip6tables-save says so in its first line; without that line, addresses tell. */
function isV6(text: string): boolean {
  const first = text.slice(0, text.indexOf("\n*") + 1 || 400);
  if (/ip6tables-(?:nft-|legacy-)?save/.test(first)) return true;
  if (/iptables-(?:nft-|legacy-)?save/.test(first)) return false;
  return /^-A [^\n]* -(?:s|d) [0-9a-f]*:[0-9a-f:]*\//m.test(text);
}
