import type { Expectations } from "../../model/conformance.js";
import type { RulesetStep, Wiring } from "../../model/wiring.js";
import { CLUSTER_CIDR } from "../../modes/parts/addresses.js";
import { ruleTable } from "../../modes/parts/ruleset.js";
import { isLacking, type Lacking, type PlainLayer } from "../contract.js";
import { serviceGround, whyRulesMissed } from "../services/ground.js";

/** Packets between pods are not tracked. */
export const notrackPods: PlainLayer = {
  name: "notrack-pods",
  family: "tunings",
  sentence: "Packets from a pod's address to a pod's address are not tracked (NOTRACK in the raw table of every node).",
  why:
    "A connection between pods then has no entry to be made, found and timed out. Beside kube-proxy it is a trap: the request to a Service's address is tracked and translated, the reply " +
    "goes from pod to pod, is not, and reaches the client from an address that it never dialled.",
  needs: { kernel: ["iptables-raw"], programs: ["iptables-restore"] },
  sources: ["iptables-extensions(8) CT --notrack", "kubernetes.io/docs/reference/networking/virtual-ips"],
  denies: { services: "beside kube-proxy, replies between pods are not tracked and never translated back" },
  deviations: [],
  conformance: (sofar, wiring) => ({ ...sofar, ...TRAP, ...(nodeIsAPod(wiring) ? TRAP_OF_THE_BRIDGE : {}) }),
  onto: withoutTracking,
};

const NOT_TRANSLATED_BACK = "the reply goes from pod to pod, is not tracked, and is never translated back";
const BROKEN = { expected: "does-not-work", because: NOT_TRANSLATED_BACK } as const;
/** What pods dial by a Service's address, where rules carry it. */
const TRAP: Expectations = {
  "clusterip-local": BROKEN,
  "clusterip-across": BROKEN,
  "endpoint-removed": BROKEN,
  "terminating-endpoint": BROKEN,
  affinity: BROKEN,
  "internal-local-policy": BROKEN,
};
/** What a node sends or masquerades to a pod of its own, where its address there is one of the pods' range. */
const TRAP_OF_THE_BRIDGE: Expectations = {
  "clusterip-from-host-local": BROKEN,
  hairpin: BROKEN,
  "nodeport-outside": BROKEN,
  "nodeport-from-node": BROKEN,
};

/** Whether nodes have an address of the pods' range, as on a bridge that is the pods' gateway. */
const nodeIsAPod = ({ namespaces, steps }: Wiring): boolean =>
  steps.some(
    (step) =>
      step.kind === "address" &&
      step.address.startsWith(PODS_BEGIN) &&
      /\/(?:1\d|2\d)$/.test(step.address) &&
      namespaces.some(({ name, kind }) => name === step.in && kind === "node"),
  );

const PODS_BEGIN = CLUSTER_CIDR.replace(/0\.0\/16$/, "");

function withoutTracking(wiring: Wiring): Wiring | Lacking {
  const ground = serviceGround(wiring);
  if (isLacking(ground)) return ground;
  const missed = whyRulesMissed(wiring, ground);
  if (missed !== undefined) return missed;
  return { ...wiring, steps: [...wiring.steps, ...ground.nodes.map(({ name }) => untracked(name))] };
}

const untracked = (node: string): RulesetStep => ({
  kind: "ruleset",
  id: "notrack",
  in: node,
  tool: "iptables",
  tables: [
    ruleTable(
      "raw",
      [],
      ["PREROUTING", "OUTPUT"].map((chain) => `-A ${chain} -s ${CLUSTER_CIDR} -d ${CLUSTER_CIDR} -j CT --notrack`),
    ),
  ],
  reason: "no connection tracking between pods",
});
