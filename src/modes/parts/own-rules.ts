/**
 * A mode's rules by layer: those that filter and mark, those that translate addresses, and connection tracking by itself.
 * @packageDocumentation
 */
import { rulesetLayer } from "../../model/layer-name.js";
import type { NamespaceName, RulesetStep } from "../../model/wiring.js";
import type { Has, OwnLayer } from "./made-of.js";
import { isTrackingTable, ruleTable } from "./ruleset.js";

/** Connections are tracked. */
export const CONNTRACK: OwnLayer = { layer: "conntrack", title: "conntrack" };

/** A product's rules but for the nat table. */
export const rulesLayer = (owner: string, on: OwnLayer["on"] = []): OwnLayer => ({
  layer: rulesetLayer(owner),
  title: `${owner}'s rules`,
  on,
});

/** A product's nat table, which makes the kernel track. */
export const masqueradeLayer = (title = "masquerading", on: OwnLayer["on"] = []): OwnLayer => ({
  layer: "masquerade",
  title,
  on: ["conntrack", ...on],
});

/**
 * Of a mode's rules what belongs to the layers that are there. Where none of it makes the kernel track connections and it should, one rule does that
 * packets between pods do not meet.
 */
export function ownRules(rules: RulesetStep, owner: string, has: Has): RulesetStep[] {
  const tables = rules.tables.filter(({ name }) => has(name === "nat" ? "masquerade" : rulesetLayer(owner)));
  const own = tables.length === 0 ? [] : [{ ...rules, tables }];
  return has("conntrack") && !tables.some(isTrackingTable) ? [tracking(rules.in), ...own] : own;
}

const tracking = (node: NamespaceName): RulesetStep => ({
  kind: "ruleset",
  id: "tracking",
  in: node,
  tool: "iptables",
  tables: [ruleTable("filter", [], ["-A INPUT -m conntrack --ctstate INVALID -j DROP"])],
  reason: "a rule that asks for a connection's state makes the kernel track them (nf_ct_netns_get); what is forwarded does not meet it",
});
