/**
 * What of a wiring a Service layer stands on: its nodes, its pods' ranges, and the pod that answers.
 * @packageDocumentation
 */
import { type NamespaceName, type PathSpec, SERVICE_LISTENING_PORTS, type ServicePorts, type Wiring } from "../../model/wiring.js";
import { nodeAddress, podCidr } from "../../modes/parts/addresses.js";
import { POD_ROUTING } from "../../modes/parts/ebpf-pods.js";
import type { Lacking } from "../contract.js";

/** One node of a wiring. */
export interface ServiceNode {
  readonly name: NamespaceName;
  readonly address: string;
  /** The address of a pod in the node's range, by its last number. */
  readonly podAddress: (host: number) => string;
}

/** What Services are made for. */
export interface ServiceGround {
  readonly nodes: readonly ServiceNode[];
  /** The pod that answers: where it is, its address, and the ports of the servers behind the measured Service. */
  readonly endpoint: { readonly address: string; readonly node: NamespaceName; readonly ports: ServicePorts };
  /** The path from pod to pod. */
  readonly pods: PathSpec;
}

/** The ground of a wiring, or why no Service can have its pods behind it. */
export function serviceGround(wiring: Wiring): ServiceGround | Lacking {
  const pods = wiring.paths["pod-pod"];
  if (pods === undefined) return { lacks: "has no pods" };
  const own = wiring.steps.some((step) => step.kind === "address" && step.in === pods.to && step.address.startsWith(`${pods.address}/`));
  if (!own) return { lacks: "has pods without an address that other nodes reach, so that no Service can have them behind it" };
  const nodes = wiring.namespaces
    .filter(({ kind }) => kind === "node")
    .map(
      ({ name }, index): ServiceNode => ({
        name,
        address: nodeAddress(index),
        podAddress: (host) => podCidr(index).replace(/\.0\/24$/, `.${String(host)}`),
      }),
    );
  return { nodes, endpoint: { address: pods.address, node: pods.to.replace(/^pod/, "node"), ports: SERVICE_LISTENING_PORTS }, pods };
}

/** Whether programs put packets straight into pods, so that neither rules nor the node's ends of the pods' links see them. */
export const putsStraightIntoPods = ({ steps }: Wiring): boolean =>
  steps.some((step) => step.kind === "load" && step.layer === POD_ROUTING);

const PAST_THE_RULES: Lacking = {
  lacks:
    "puts packets straight into its pods, past the node's rules: a Service's answers would never be translated back (Cilium's host routing by eBPF asks for " +
    "its own replacement of kube-proxy too; socket-lb and tc-nodeport carry Services here)",
};

/**
 * Whether what pods send to an address of no pod passes a node's IP stack, where its rules are: its gateway is the node's own (an address, or one that the node
 * answers ARP for), or its device hands packets to the node's routing (ipvlan L3S).
 */
export function whyRulesMissed(wiring: Wiring, { pods }: Pick<ServiceGround, "pods">): Lacking | undefined {
  if (putsStraightIntoPods(wiring)) return PAST_THE_RULES;
  const nodes = new Set(wiring.namespaces.filter(({ kind }) => kind === "node").map(({ name }) => name));
  const routed = wiring.steps.some((step) => step.kind === "link" && step.type === "ipvlan" && step.options?.includes("l3s") === true);
  const gateways = wiring.steps.flatMap((step) => {
    if (step.kind !== "route" || step.in !== pods.from || step.to !== "default") return [];
    const via = step.options[step.options.indexOf("via") + 1];
    return step.options.includes("via") && via !== undefined ? [via] : [];
  });
  const answered = wiring.steps.some(
    (step) =>
      nodes.has(step.in) &&
      ((step.kind === "address" && gateways.some((gateway) => step.address.startsWith(`${gateway}/`))) ||
        (step.kind === "sysctl" && step.name.endsWith(".proxy_arp") && step.value === "1" && gateways.length > 0)),
  );
  return routed || answered ? undefined : { lacks: "shows the node's rules nothing that its pods send: they would never be met" };
}
