import { describe, expect, test } from "vitest";
import { resolveVariant } from "../variants/variant.js";
import { replacementFor } from "./cheaper.js";

const instead = (name: string, layer: string): string | undefined => replacementFor(resolveVariant(name), layer)?.instead;

describe("what does without a layer", () => {
  test.each([
    ["flannel-vxlan", "encapsulation", "flannel-host-gw"],
    ["flannel-vxlan", "mtu", "flannel-host-gw"],
    ["calico-vxlan", "encapsulation", "calico-routed"],
    ["calico-vxlan", "offload", "calico-vxlan+tx-offload-on"],
    ["flannel-host-gw", "bridge", "calico-routed"],
    ["flannel-host-gw", "conntrack", "flannel-host-gw+notrack-pods"],
    ["flannel-host-gw+kube-proxy-iptables:100", "service-nat", "flannel-host-gw+socket-lb:100"],
    ["flannel-host-gw+kube-proxy-iptables:100", "ruleset:kube-proxy", "flannel-host-gw+socket-lb:100"],
    ["kindnet", "namespace-veth", undefined],
  ])("%s, %s: %s", (name, layer, expected) => {
    expect(instead(name, layer)).toBe(expected);
  });

  test("names every layer that is saved with it, and what is given up", () => {
    const found = replacementFor(resolveVariant("flannel-vxlan"), "encapsulation");
    expect(found?.layers).toEqual(["mtu", "encapsulation"]);
    expect(found?.givesUp).toContain("nodes in other subnets: a node can only be a gateway on its own segment");
    expect(found?.givesUp.some((loss) => loss.startsWith("no-l2"))).toBe(true);
  });

  test("tells what becomes of Services, though the lab's plain mode carries none", () => {
    const found = replacementFor(resolveVariant("flannel-host-gw"), "conntrack");
    expect(found?.givesUp.join("; ")).toContain("clusterip-across");
  });

  test("tells of checks that are then not expected to work", () => {
    const found = replacementFor(resolveVariant("flannel-host-gw+kube-proxy-iptables:100"), "service-nat");
    expect(found?.givesUp.join("; ")).toContain("nodeport-outside");
  });
});
