/**
 * Where a machine keeps what a rule costs on it.
 * @packageDocumentation
 */

/** What `podwire experiment rules` writes and `podwire rules --packet` reads, unless they are told of another file. */
export const RULE_COSTS_FILE = "/var/lib/podwire/rule-costs.json";
