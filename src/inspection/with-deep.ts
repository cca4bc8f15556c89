/**
 * What the privileged look at nodes adds to an inspection.
 * @packageDocumentation
 */
import type { Inspection } from "../model/inspection.js";
import type { NodeFacts } from "./deep/node-facts.js";
import { likenessOf, NO_MODE } from "./products/cilium.js";
import { type Seen, withMoreSeen } from "./traits.js";

/** What a node showed. */
export interface LookedAtNode extends NodeFacts {
  readonly node: string;
}

/** The inspection with what its nodes showed: traits that programs and rules tell, who enforces policies, and the facts themselves. */
export function withDeep(inspection: Inspection, nodes: readonly LookedAtNode[]): Inspection {
  const seen = withModeAsLoaded(withMoreSeen(inspection, together(nodes)));
  return {
    ...proxied(enforced(seen, nodes), nodes),
    deep: nodes.map(({ node, facts, problems }) => ({ node, facts: [...facts], problems: [...problems] })),
  };
}

/** Programs that were loaded for another host routing than is configured (a trait of Cilium's alone) decide which mode it is. */
function withModeAsLoaded(inspection: Inspection): Inspection {
  const routing = inspection.traits?.find(({ trait }) => trait === "hostRouting");
  if (routing?.seen === undefined || routing.seen === routing.configured) return inspection;
  const { mode, differs, same } = likenessOf(inspection);
  const unknown = inspection.unknown.filter(({ claim }) => claim !== "mode");
  const told: Inspection = { ...inspection };
  delete told.differs;
  delete told.nearest;
  if (same) return { ...told, mode, differs: [...differs], unknown };
  return { ...told, mode: "unknown", nearest: { mode, differs: [...differs] }, unknown: [...unknown, { claim: "mode", why: NO_MODE }] };
}

/** What all nodes show alike; where they differ, what each shows. */
function together(nodes: readonly LookedAtNode[]): Seen {
  const names = new Set(nodes.flatMap(({ seen }) => Object.keys(seen) as (keyof Seen)[]));
  return Object.fromEntries(
    [...names].map((name) => {
      const told = nodes.flatMap(({ node, seen }) => (seen[name] === undefined ? [] : [{ node, value: seen[name] }]));
      const values = new Set(told.map(({ value }) => value));
      return [name, values.size === 1 ? told[0]?.value : told.map(({ node, value }) => `${value} on ${node}`).join(", ")];
    }),
  );
}

/** kube-proxy by the nodes' rules, where no one heard it and no object says it. */
function proxied(inspection: Inspection, nodes: readonly LookedAtNode[]): Inspection {
  const modes = new Set(nodes.map(({ kubeProxy }) => kubeProxy));
  const [only] = modes;
  if (inspection.kubeProxy !== "unknown" || modes.size !== 1 || only === undefined) return inspection;
  const value = only === "none" ? "no rule, table or device of kube-proxy's" : `rules of kube-proxy's mode ${only}`;
  return {
    ...inspection,
    kubeProxy: only,
    evidence: [...inspection.evidence, { claim: "kubeProxy", value, from: "rulesets and links of every node that was looked at" }],
    unknown: inspection.unknown.filter(({ claim }) => claim !== "kubeProxy"),
  };
}

function enforced(inspection: Inspection, nodes: readonly LookedAtNode[]): Inspection {
  const { policiesInForce, unknown, evidence } = inspection;
  const node = nodes.find(({ enforces }) => enforces !== undefined);
  if (policiesInForce?.enforcedBy !== "unknown" || node?.enforces === undefined) return inspection;
  return {
    ...inspection,
    policiesInForce: { ...policiesInForce, enforcedBy: node.enforces },
    evidence: [...evidence, { claim: "policiesInForce", value: `chains of ${node.enforces}`, from: `iptables-save on ${node.node}` }],
    unknown: unknown.filter(({ claim, why }) => claim !== "policiesInForce" || !why.startsWith("nothing that was seen enforces")),
  };
}
