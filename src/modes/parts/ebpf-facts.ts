/**
 * Facts about products that the modes of eBPF host routing share.
 * @packageDocumentation
 */
import type { Expectations } from "../../model/conformance.js";
import type { Fulfilment, Need } from "../contract.js";
import { NOT_MASQUERADED, ROUTED_PODS } from "./expectations.js";

/** What products with such routing have, with or without a tunnel between the nodes. */
export const EBPF_NEEDS: Readonly<Record<Exclude<Need, "no-l2">, Fulfilment>> = {
  services: {
    met: "with-care",
    because:
      "kube-proxy's rules never see the answers: Cilium and Calico carry Services by programs of their own, here `socket-lb` and `tc-nodeport` do",
  },
  policy: { met: "yes", because: "Cilium's and Calico's programs enforce policies, which costs more than was measured here" },
  encryption: { met: "with-care", because: "WireGuard must be switched on; packets then take another path than the one measured here" },
  ipv6: { met: "yes", because: "both products route IPv6 by the same programs" },
};

/** Sources of what both modes share. */
export const EBPF_SOURCES = [
  "bpf/pod-routing.bpf.c",
  "cilium/cilium v1.20 bpf/{bpf_lxc,bpf_host,bpf_overlay}.c, bpf/lib/{l3,fib,encap}.h: devices, routes and the places of programs",
  "projectcalico/calico felix/bpf-gpl/{tc.c,fib_co_re.h}: the same helpers on Calico's own devices",
  "Linux kernel/bpf/tcx.c, net/core/filter.c (bpf_redirect_peer, bpf_redirect_neigh, bpf_skb_set_tunnel_key), drivers/net/vxlan (collect-metadata mode)",
] as const;

/** Deviations that both modes share. */
export const EBPF_DEVIATIONS = [
  "The programs are podwire's own and only pass packets on. Cilium's and Calico's track every connection in tables of their own, enforce policies and look for Services in each packet, and so cost more.",
  "What leaves the cluster is not masqueraded; Cilium does that by its programs, Calico by a rule.",
  "Devices and routes are Cilium's; Calico's cali* veths have routes of their own and its tunnel is vxlan.calico.",
  "Programs are attached by TCX where the kernel has it (Linux 6.6), by clsact elsewhere: as Cilium does it unless `bpf.enableTCX` is off. How Calico does it was not looked up.",
  "Cilium has further programs on the same devices: at the card's egress, the tunnel's egress and cilium_net's ingress. They are left out.",
  "Linux counts what bpf_redirect_peer puts into a pod since 6.7; an older kernel without the backport leaves the pod's counters at zero, and the mode is unsupported there.",
] as const;

/** Checks that do not simply work on these modes. */
export const EBPF_EXPECTATIONS: Expectations = { ...ROUTED_PODS, ...NOT_MASQUERADED };

/** Why nothing is wired for IPv6. */
export const EBPF_IPV4_ALONE = { lacks: "podwire's programs pass IPv4 on and nothing else; Cilium's and Calico's pass both" } as const;

/** Why they are measured only when they are named. */
export const EBPF_ONLY_BY_NAME = "it takes root and programs in the kernel, and would make a default run longer";
