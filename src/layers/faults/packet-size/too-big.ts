/**
 * The answer that tells a sender of a smaller MTU on its way, and how it gets lost.
 * @packageDocumentation
 */
import type { NamespaceName, Wiring } from "../../../model/wiring.js";
import { ruleTable } from "../../../modes/parts/ruleset.js";
import { nodesOf, type PlantedRules, withRulesFirst } from "../places.js";

/** The rule that takes "fragmentation needed" (ICMP type 3, code 4) away where a node sends it. */
export const LOST = "-p icmp -m icmp --icmp-type 3/4 -j DROP";

/** The wiring whose nodes send no such answer. */
export const withoutTooBig = (wiring: Wiring, reason: string): Wiring =>
  withRulesFirst(
    wiring,
    nodesOf(wiring).map((node) => rules(node, reason)),
  );

const rules = (node: NamespaceName, reason: string): PlantedRules => ({
  in: node,
  tables: [ruleTable("filter", [], [`-A OUTPUT ${LOST}`])],
  reason,
});
