import { describe, expect, it } from "vitest";
import { contradictionsIn, type Seen, traitsOf, withSeen } from "./traits.js";
import { withDeep } from "./with-deep.js";

const CONFIGURED = { routing: "native routing", hostRouting: "eBPF", services: "eBPF at the socket" };

describe("traits", () => {
  it("have both witnesses, and agree or are a finding", () => {
    const traits = traitsOf(CONFIGURED, { routing: "native routing" });
    expect(traits).toContainEqual({ trait: "routing", seen: "native routing", configured: "native routing" });
    expect(contradictionsIn(traits)).toEqual([]);
    const seen = withSeen(traits, { hostRouting: "the kernel's stack" });
    expect(contradictionsIn(seen)).toEqual([
      { claim: "hostRouting", text: "host routing: the nodes show the kernel's stack, and the configuration amounts to eBPF" },
    ]);
  });

  it("are those of a product alone, whatever nodes show", () => {
    const version = { trait: "version", configured: "2.1.0" };
    expect(withSeen(traitsOf({ version: "2.1.0" }, {}), { masquerade: "iptables" })).toEqual([version]);
    // Those that it has anyway need no one who told them before.
    const has = ["hostRouting", "masquerade"] as const;
    expect(withSeen(traitsOf({ version: "2.1.0" }, {}), { masquerade: "iptables", encryption: "none" }, has)).toEqual([
      version,
      { trait: "masquerade", seen: "iptables" },
    ]);
  });
});

describe("the privileged look at nodes", () => {
  const inspection = {
    ...{ cni: "cilium", mode: "unknown", kubeProxy: "none" as const, mtu: {}, podRoutes: { by: "unknown" as const } },
    ...{ podCidrs: { pools: [], nodes: 0, examples: [] }, ipFamilies: [], nodes: [], evidence: [] },
    unknown: [{ claim: "policiesInForce", why: "nothing that was seen enforces policies; --deep looks at the nodes' rules" }],
    policiesInForce: { policies: [{ kind: "NetworkPolicy", name: "deny" }], enforcedBy: "unknown" },
    traits: [...traitsOf(CONFIGURED, {})],
  };
  const node = (name: string, hostRouting: string) => ({ node: name, facts: [], problems: [], seen: { hostRouting } });

  it("hands on what all nodes show, or which of them differs", () => {
    const handed = (...nodes: readonly ReturnType<typeof node>[]): Seen => {
      let seen: Seen = {};
      const judged = (onNodes: Seen = {}) => {
        seen = onNodes;
        return inspection;
      };
      expect(withDeep(judged, nodes).deep?.map((one) => one.node)).toEqual(nodes.map((one) => one.node));
      return seen;
    };
    expect(handed(node("node-1", "eBPF"), node("node-2", "eBPF"))).toEqual({ hostRouting: "eBPF" });
    expect(handed(node("node-1", "eBPF"), node("node-2", "the kernel's stack"))).toEqual({
      hostRouting: "eBPF on node-1, the kernel's stack on node-2",
    });
  });

  it("tells kube-proxy by rules, or that there are none, where it was not heard", () => {
    const unheard = { ...inspection, kubeProxy: "unknown" as const, unknown: [{ claim: "kubeProxy", why: "no one answers" }] };
    const without = withDeep(() => unheard, [{ ...node("node-1", "eBPF"), kubeProxy: "none" }]);
    expect(without).toMatchObject({ kubeProxy: "none", unknown: [], evidence: [{ claim: "kubeProxy" }] });
    const mixed = [
      { ...node("node-1", "eBPF"), kubeProxy: "none" as const },
      { ...node("node-2", "eBPF"), kubeProxy: "iptables" as const },
    ];
    expect(withDeep(() => unheard, mixed).kubeProxy).toBe("unknown");
    expect(withDeep(() => unheard, [node("node-1", "eBPF")]).kubeProxy).toBe("unknown");
  });

  it("tells who enforces policies where nothing else did", () => {
    const told = withDeep(() => inspection, [{ ...node("node-1", "eBPF"), enforces: "kube-router" }]);
    expect(told.policiesInForce?.enforcedBy).toBe("kube-router");
    expect(told.unknown).toEqual([]);
  });
});
