/**
 * A Calico workload endpoint: the pod's /32, its gateway 169.254.1.1, which no device has, and the node's veth that answers for it.
 * Source: projectcalico/calico `cni-plugin/pkg/dataplane/linux`.
 * @packageDocumentation
 */
import type { Step, SysctlStep, Topology } from "../../model/wiring.js";
import { podAddress, podCidr } from "./addresses.js";
import { gatewayRoute, podBasics } from "./cni-bridge.js";
import { CUBIC } from "./congestion.js";
import { deviceSysctls } from "./sysctls.js";
import { eachPod, nodeIndexes, nodeName, podName } from "./underlay.js";

/** The gateway of every pod; no one has the address. */
export const GATEWAY = "169.254.1.1";
const HOST_MAC = "ee:ee:ee:ee:ee:ee";

/** Name of a pod's veth on its node. Calico appends eleven hex digits of a hash of the pod's name; here they number it. */
export const calicoVeth = (index: number, slot = 0): string => `cali${(slot * 256 + index + 1).toString(16).padStart(11, "0")}`;

/** The node's address block: Calico hands out blocks of 64 addresses. */
export const calicoBlock = (index: number): string => podCidr(index).replace("/24", "/26");

/** The first address of the node's block, which its tunnel device gets. */
export const calicoTunnelAddress = (index: number): string => podCidr(index).replace("/24", "");

/** Endpoint and pod on every node. */
export function calicoEndpoints(topology: Topology, mtu: number): Step[] {
  return nodeIndexes(topology).flatMap((index) =>
    eachPod(topology, index, (slot) => [veth(index, slot, mtu), ...nodeEnd(index, slot), ...podEnd(index, slot)]),
  );
}

function veth(index: number, slot: number, mtu: number): Step {
  const common = ["mtu", String(mtu), "txqueuelen", "0"];
  return {
    kind: "link",
    in: nodeName(index),
    name: calicoVeth(index, slot),
    type: "veth",
    common: [...common, "address", HOST_MAC],
    peer: { name: "eth0", in: podName(index, slot), common },
    reason: "the pod's link; every node end has the same MAC",
  };
}

function nodeEnd(index: number, slot: number): Step[] {
  const node = nodeName(index);
  const device = calicoVeth(index, slot);
  const set = (name: string, value: string, reason: string): SysctlStep => ({ kind: "sysctl", in: node, name, value, reason });
  return [
    ...deviceSysctls(node, device),
    set(`net.ipv4.conf.${device}.route_localnet`, "1", "lets a pod's packets be redirected to the node's loopback"),
    set(`net.ipv4.neigh.${device}.proxy_delay`, "0", "answers for the gateway at once"),
    set(`net.ipv4.conf.${device}.proxy_arp`, "1", `answers for ${GATEWAY}, which no device has`),
    set(`net.ipv4.conf.${device}.forwarding`, "1", "forwards what the pod sends"),
    { kind: "link-set", in: node, name: device, settings: ["up"], reason: "the pod's link is on" },
    {
      kind: "route",
      in: node,
      to: `${podAddress(index, slot)}/32`,
      options: ["dev", device, "scope", "link", ...CUBIC],
      reason: "the pod is on this veth",
    },
  ];
}

function podEnd(index: number, slot: number): Step[] {
  const pod = podName(index, slot);
  return [
    ...podBasics(pod),
    { kind: "link-set", in: pod, name: "eth0", settings: ["up"], reason: "the pod's link is on" },
    { kind: "address", in: pod, device: "eth0", address: `${podAddress(index, slot)}/32`, reason: "the pod's address, without a subnet" },
    {
      kind: "route",
      in: pod,
      to: `${GATEWAY}/32`,
      options: ["dev", "eth0", "scope", "link", ...CUBIC],
      reason: "a gateway that does not exist, the same for every pod",
    },
    gatewayRoute(pod, "default", GATEWAY),
  ];
}
