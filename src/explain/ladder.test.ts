import { describe, expect, test } from "vitest";
import { resolveVariant } from "../variants/variant.js";
import { ladderOf, lanesOfLadder } from "./ladder.js";

const lines = (name: string, takeAway = true): string[] =>
  ladderOf(resolveVariant(name), takeAway).rungs.map(({ layer, mode, path }) => `${layer}: ${mode} ${path}`);

describe("the ladder of a variant", () => {
  test("is that of its mode, each rung a variant that can be planned and entered", () => {
    expect(lines("calico-routed")).toEqual([
      "namespace-veth: calico-routed+up-to-namespace-veth pod-pod",
      "routing: calico-routed+up-to-routing pod-pod",
      "conntrack: calico-routed+up-to-conntrack pod-pod",
      "ruleset:calico: calico-routed+up-to-ruleset-calico pod-pod",
      "masquerade: calico-routed+up-to-masquerade pod-pod",
    ]);
  });

  test("goes on with kube-proxy's rules and the Service's address", () => {
    const ladder = ladderOf(resolveVariant("kindnet+kube-proxy-iptables:100"), true);
    expect(ladder.path).toBe("pod-service");
    expect(lines("kindnet+kube-proxy-iptables:100").slice(-2)).toEqual([
      "ruleset:kube-proxy: kindnet+up-to-masquerade+kube-proxy-iptables:100 pod-pod",
      "service-nat: kindnet+up-to-masquerade+kube-proxy-iptables:100 pod-service",
    ]);
    expect(ladder.without).toEqual([]);
  });

  test("of Services at the socket has no rung of rules", () => {
    expect(lines("macvlan+socket-lb:10")).toEqual([
      "namespace-veth: macvlan+up-to-namespace-veth pod-pod",
      "service-nat: macvlan+up-to-namespace-veth+socket-lb:10 pod-service",
    ]);
  });

  test("has what a tuning changes as a rung of its own", () => {
    expect(lines("kindnet+notrack-pods").at(-1)).toBe("notrack-pods: kindnet+up-to-masquerade+notrack-pods pod-pod");
    expect(lines("flannel-vxlan+offload-off").at(-1)).toBe("offload: flannel-vxlan+up-to-encapsulation+offload-off pod-pod");
  });

  test.each(["flannel-vxlan", "flannel-host-gw", "docker-nat", "kindnet+kube-proxy-nftables:10", "flannel-vxlan+offload-off"])(
    "of %s names lanes that resolve, each once, and ends with the variant built once more",
    (name) => {
      const variant = resolveVariant(name);
      const lanes = lanesOfLadder(ladderOf(variant, true));
      expect(new Set(lanes).size).toBe(lanes.length);
      for (const lane of lanes) expect(resolveVariant(lane).name).toBe(lane);
      const topology = { nodes: 2, mtu: 1500 };
      const last = ladderOf(variant, true).rungs.at(-1)?.mode ?? "";
      expect(resolveVariant(last).wire(topology)).toEqual(variant.wire(topology));
    },
  );

  test("takes layers away only where it is asked to", () => {
    expect(ladderOf(resolveVariant("flannel-host-gw"), false).without).toEqual([]);
    expect(ladderOf(resolveVariant("flannel-host-gw"), true).without.map(({ mode }) => mode)).toContain("flannel-host-gw+without-bridge");
  });
});
