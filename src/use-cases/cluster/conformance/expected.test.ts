import { describe, expect, test } from "vitest";
import type { Inspection } from "../../../model/inspection.js";
import { clusterVariant, expectedIn } from "./expected.js";

const INSPECTION: Inspection = {
  cni: "flannel",
  mode: "flannel-vxlan",
  kubeProxy: "iptables",
  mtu: {},
  podRoutes: { by: "tunnel" },
  podCidrs: { pools: [], nodes: 2, examples: [] },
  ipFamilies: ["IPv4"],
  nodes: [],
  evidence: [],
  unknown: [],
};
const CONFIGURED = [{ claim: "kubeProxy", value: "mode iptables", from: "ConfigMap kube-system/kube-proxy" }];

const answers = (more: Partial<Inspection>) =>
  Object.fromEntries(Object.entries(expectedIn({ ...INSPECTION, ...more })).map(([check, { expected }]) => [check, expected]));

describe("a cluster's name in tables", () => {
  test.each<[Partial<Inspection>, string]>([
    [{}, "flannel-vxlan+kube-proxy-iptables"],
    [{ mode: "unknown", cni: "cilium", kubeProxy: "none", servicesBy: "Cilium" }, "cilium"],
    [{ mode: "ebpf-vxlan", cni: "cilium", kubeProxy: "none", servicesBy: "Cilium" }, "ebpf-vxlan+Cilium"],
    [{ mode: "unknown", cni: "kube-router", kubeProxy: "none", servicesBy: "kube-router (IPVS)" }, "kube-router"],
    [{ mode: "kindnet", kubeProxy: "none", servicesBy: "Antrea (proxyAll)" }, "kindnet+Antrea (proxyAll)"],
    [{ mode: "macvlan", kubeProxy: "unknown" }, "macvlan"],
    [{ mode: "unknown", cni: "unknown", kubeProxy: "nftables" }, "cluster+kube-proxy-nftables"],
  ])("%j: %s", (more, name) => {
    expect(clusterVariant({ ...INSPECTION, ...more })).toBe(name);
  });
});

describe("what is expected", () => {
  test("kube-proxy's modes differ in the loopback address and in unused ports", () => {
    expect(answers({})).toEqual({ multicast: "not-offered", masquerade: "either", "clusterip-unused-port": "not-offered" });
    expect(answers({ kubeProxy: "nftables" })).toEqual({
      multicast: "not-offered",
      masquerade: "either",
      "nodeport-localhost": "not-offered",
    });
  });

  test("a kube-proxy that is configured and silent is expected to work; where none is known, nothing carries Services", () => {
    const open = { multicast: "not-offered", masquerade: "either", "nodeport-localhost": "either", "clusterip-unused-port": "either" };
    expect(answers({ kubeProxy: "unknown", evidence: CONFIGURED })).toEqual(open);
    const none = answers({ kubeProxy: "none" });
    expect(none["clusterip-local"]).toBe("not-offered");
    expect(none["nodeport-outside"]).toBe("not-offered");
    expect(none).not.toHaveProperty("pod-pod-local");
    expect(answers({ kubeProxy: "unknown" })["hairpin"]).toBe("not-offered");
  });

  test("what a product says of its masquerading is expected; what the nodes show comes first", () => {
    const cilium = { mode: "unknown", cni: "cilium", kubeProxy: "none", servicesBy: "Cilium" } as const;
    expect(answers(cilium)["masquerade"]).toBe("either");
    expect(answers({ ...cilium, traits: [{ trait: "masquerade", configured: "eBPF" }] })).not.toHaveProperty("masquerade");
    // The lab's mode masquerades nothing; the product that is wired like it does.
    expect(answers({ ...cilium, mode: "ebpf-vxlan", traits: [{ trait: "masquerade", configured: "eBPF" }] })).not.toHaveProperty(
      "masquerade",
    );
    expect(answers({ ...cilium, traits: [{ trait: "masquerade", configured: "eBPF", seen: "none" }] })["masquerade"]).toBe("not-offered");
    expect(answers(cilium)["clusterip-local"]).toBeUndefined();
  });

  test("what pods send on the nodes' segment passes none of their node's rules", () => {
    const macvlan = answers({ mode: "macvlan" });
    expect(macvlan["clusterip-local"]).toBe("not-offered");
    expect(macvlan["pod-own-host"]).toBe("either");
    expect(macvlan["clusterip-from-host-across"]).toBe("either");
    expect(macvlan["masquerade"]).toBe("not-applicable");
  });
});
