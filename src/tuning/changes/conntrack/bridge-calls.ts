import type { Change } from "../../contract.js";
import { proposalOf, sysctlStep } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

const CALLS = ["iptables", "ip6tables", "arptables"].map((tables) => `net.bridge.bridge-nf-call-${tables}`);

/** Bridged frames and netfilter. */
export const bridgeCalls: Change = {
  name: "bridge-nf-call",
  sets: "net.bridge.bridge-nf-call-iptables, -ip6tables and -arptables 0: frames that a bridge passes on meet no rules",
  why: "Every frame between two ports of a bridge goes through all rules and connection tracking of the node, though it is never routed.",
  scope: "namespace",
  risk: "medium",
  breaks:
    "Services on a bridge network: the reply of a pod on the same bridge stays below the rules and is never translated back. Network policies on bridges too.",
  acts: "at once",
  side: "node",
  readBack: "the sysctls: 0 or 1",
  sideEffects: "none",
  writers: [
    { owner: "kube-proxy", instead: "none, as it needs 1 on a bridge network" },
    { owner: "kubelet", instead: "none, as kubeadm's checks ask for 1" },
    { owner: "docker", instead: "iptables of daemon.json, with which dockerd sets it when it starts" },
  ],
  sources: ["net/bridge/br_netfilter_hooks.c", "kubernetes-the-hard-way #561"],
  propose,
};

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  if (CALLS.every((name) => node.sysctls[name] === undefined)) return { kind: "not here", because: "br_netfilter is not loaded" };
  const bridges = node.devices.filter(({ kind, up }) => kind === "bridge" && up).map(({ name }) => name);
  if (bridges.length === 0) return { kind: "not here", because: "there is no bridge" };
  if (node.serviceRules === true) return { kind: "not here", because: "rules of Services are loaded here, which need it on a bridge" };
  return proposalOf(
    CALLS.flatMap((name) => sysctlStep(node, name, "0")),
    { weight: "some", says: `frames on ${bridges.join(", ")} pass the node's rules, and no rule of a Service is among them` },
  );
}
