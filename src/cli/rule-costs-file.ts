/**
 * Where a machine keeps what a rule costs on it.
 * @packageDocumentation
 */
import { type RuleCosts, ruleCostsSchema } from "../model/rule-costs.js";

/** What `podwire experiment rules` writes and `podwire rules --packet` reads, unless they are told of another file. */
export const RULE_COSTS_FILE = "/var/lib/podwire/rule-costs.json";

/** The costs of such a file's text; undefined where it holds none. */
export function readRuleCosts(text: string): RuleCosts | undefined {
  try {
    return ruleCostsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
