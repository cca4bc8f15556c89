import type { Step, SysctlStep, Wiring } from "../../model/wiring.js";
import type { Lacking, PlainLayer } from "../contract.js";

/** What shows bridged frames to netfilter, by protocol. */
const BRIDGE_CALLS = ["iptables", "ip6tables", "arptables"].map((tables) => `net.bridge.bridge-nf-call-${tables}`);

/** The nodes' namespaces without a rule. */
export const noNetfilter: PlainLayer = {
  name: "no-netfilter",
  family: "tunings",
  sentence: "No rule and no connection tracking in the nodes' namespaces, and no bridge that shows its frames to either.",
  why:
    "Every hook that holds nothing is passed for nothing. What rules did is gone: Services by kube-proxy, masquerading, published ports, policy; socket-lb brings Services back " +
    "without them.",
  needs: { kernel: [], programs: [] },
  sources: ["Linux Documentation/networking/nf_conntrack-sysctl.rst, net/bridge/br_netfilter_hooks.c"],
  denies: {
    services: "kube-proxy has no netfilter to write its rules into; a layer such as socket-lb carries Services there",
    policy: "no rule stands there that could enforce one",
  },
  clears: "ruleset",
  deviations: [
    "The modules stay in the kernel, which other namespaces use: a namespace without a rule that needs tracking has none (nf_ct_netns_get). What an unloaded module saves beyond that is not measured.",
  ],
  conformance: (sofar) =>
    sofar.masquerade?.expected === "not-applicable"
      ? sofar
      : { ...sofar, masquerade: { expected: "not-offered", because: "no rule translates the pods' addresses" } },
  onto: withoutRules,
};

function withoutRules(wiring: Wiring): Wiring | Lacking {
  if (!wiring.steps.some(({ kind }) => kind === "ruleset")) return { lacks: "has no rules that could be left out" };
  const { "host-host": hosts, "pod-pod": pods } = wiring.paths;
  if (pods !== undefined && pods.address === hosts?.address)
    return { lacks: "reaches its pods by ports that its nodes' rules publish, and by nothing else" };
  const kept = wiring.steps.filter(({ kind }) => kind !== "ruleset");
  const showing = kept.filter(showsFrames);
  return {
    ...wiring,
    steps: [
      ...kept.filter((step) => !showsFrames(step)),
      ...[...new Set(showing.map((step) => step.in))].flatMap((node) => BRIDGE_CALLS.map((name) => off(node, name))),
    ],
  };
}

const showsFrames = (step: Step): step is SysctlStep => step.kind === "sysctl" && BRIDGE_CALLS.includes(step.name);

const off = (node: string, name: string): SysctlStep => ({
  kind: "sysctl",
  in: node,
  name,
  value: "0",
  mayBeUnknown: true,
  reason: "there is no rule for bridged frames to meet",
});
