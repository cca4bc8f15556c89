/**
 * What the privileged look at nodes adds to an inspection.
 * @packageDocumentation
 */
import type { Inspection } from "../model/inspection.js";
import type { NodeFacts } from "./deep/node-facts.js";
import { CILIUM_CONSTANTS } from "./deep/questions.js";
import { written } from "./pods/look.js";
import { isLoaded, type Seen } from "./traits.js";

/** What a node showed. */
export interface LookedAtNode extends NodeFacts {
  readonly node: string;
}

/** What API and pods say of a network, given what programs and rules on its nodes show; without that as long as no one looked. */
export type Judged = (onNodes?: Seen) => Inspection;

/**
 * The inspection with what its nodes showed: traits that programs and rules tell, and with them the mode, which packets meet as programs were loaded and not
 * as they are configured; who enforces policies; and the facts themselves.
 */
export function withDeep(judged: Judged, nodes: readonly LookedAtNode[]): Inspection {
  const seen = evident(judged(together(nodes)), nodes);
  return {
    ...proxied(enforced(seen, nodes), nodes),
    deep: nodes.map(({ node, facts, problems }) => ({ node, facts: [...facts], problems: [...problems] })),
  };
}

/** The mode rests on host routing, so that each node's answer is evidence of it. */
function evident(inspection: Inspection, nodes: readonly LookedAtNode[]): Inspection {
  if (!isLoaded(inspection.traits)) return inspection;
  const told = nodes.flatMap(({ node, seen: { hostRouting } }) =>
    hostRouting === undefined
      ? []
      : [
          {
            claim: "mode",
            value: `host routing by Cilium's programs as they were loaded: ${hostRouting}`,
            from: `\`${written(CILIUM_CONSTANTS)}\` on ${node}`,
          },
        ],
  );
  return { ...inspection, evidence: [...inspection.evidence, ...told] };
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
