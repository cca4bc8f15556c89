import type { Change, Knob } from "../../contract.js";
import { proposalOf } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

const NAME = "net.ipv4.ip_forward";

/** Whether the node routes. */
export const ipForward: Change = {
  name: "ip-forward",
  sets: `${NAME} 1, where the node has pods behind it`,
  why: "A node that does not forward carries nothing for its pods; hardening scripts set it to 0.",
  scope: "namespace",
  risk: "medium",
  breaks: "The machine passes packets on for whoever sends them to it.",
  acts: "at once",
  side: "node",
  readBack: "the sysctl: 0 or 1",
  sideEffects: "The kernel gives every device's own `forwarding` the same value and switches large receive offload off; both are restored.",
  writers: [
    { owner: "docker", instead: "ip-forward of daemon.json" },
    { owner: "systemd-networkd", instead: "IPForward= of the .network files" },
  ],
  sources: ["net/ipv4/devinet.c, inet_forward_change", "coredns #5862"],
  propose,
};

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  const now = node.sysctls[NAME];
  if (now === undefined) return { kind: "not here", because: "the kernel has no IPv4" };
  if (!node.hasPods) return { kind: "not here", because: "there are no pods behind it" };
  const own: Knob[] = Object.keys(node.sysctls)
    .filter((name) => /^net\.ipv4\.conf\.[^.]+\.forwarding$/.test(name))
    .map((name) => ({ kind: "sysctl", name }));
  const received: Knob[] = node.devices
    .filter(({ offloads }) => offloads["large-receive-offload"]?.on === true)
    .map(({ name }) => ({ kind: "offload", device: name, feature: "large-receive-offload" }));
  return proposalOf([{ knob: { kind: "sysctl", name: NAME }, now, wanted: "1", coupled: [...own, ...received] }], {
    weight: "strong",
    says: "there are pods behind the node, and it forwards nothing",
  });
}
