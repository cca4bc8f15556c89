/**
 * What the CNI ptp plugin 1.1.1 with host-local wires: no bridge, each pod on a veth of its own that holds the gateway's address.
 * Compared with the plugin itself in `test/oracles/cni.test.ts`.
 * @packageDocumentation
 */
import type { Step, Topology } from "../../model/wiring.js";
import { podAddress, podCidr, podGateway } from "./addresses.js";
import { gatewayRoute, hostVeth, podBasics, vethPair } from "./cni-bridge.js";
import { CUBIC } from "./congestion.js";
import { deviceSysctls } from "./sysctls.js";
import { eachPod, nodeIndexes, nodeName, podName } from "./underlay.js";

/** Pod links and pods of every node. The nodes' forwarding sysctls are set already (`nodeSysctls`). */
export function ptpPods(topology: Topology, mtu: number): Step[] {
  return nodeIndexes(topology).flatMap((index) =>
    eachPod(topology, index, (slot) => [vethPair(index, slot, mtu), ...nodeEnd(index, slot), ...podEnd(index, slot)]),
  );
}

function nodeEnd(index: number, slot: number): Step[] {
  const node = nodeName(index);
  const veth = hostVeth(index, slot);
  return [
    ...deviceSysctls(node, veth),
    {
      kind: "address",
      in: node,
      device: veth,
      address: `${podGateway(index)}/32`,
      reason: "the pod's gateway; every pod's veth has the same",
    },
    { kind: "link-set", in: node, name: veth, settings: ["up"], reason: "the pod's link is on" },
    {
      kind: "route",
      in: node,
      to: `${podAddress(index, slot)}/32`,
      options: ["dev", veth, "scope", "host", ...CUBIC],
      reason: "the pod is on this veth",
    },
  ];
}

function podEnd(index: number, slot: number): Step[] {
  const pod = podName(index, slot);
  const source = ["src", podAddress(index, slot)];
  return [
    ...podBasics(pod),
    {
      kind: "address",
      in: pod,
      device: "eth0",
      address: `${podAddress(index, slot)}/24`,
      options: ["brd", "+"],
      reason: "the pod's address, by host-local",
    },
    { kind: "link-set", in: pod, name: "eth0", settings: ["up"], reason: "the pod's link is on" },
    {
      kind: "route",
      in: pod,
      to: `${podGateway(index)}/32`,
      options: ["dev", "eth0", "scope", "link", ...source, ...CUBIC],
      reason: "only the gateway is on the link",
    },
    {
      kind: "route",
      in: pod,
      to: podCidr(index),
      options: ["via", podGateway(index), "dev", "eth0", ...source, ...CUBIC],
      reason: "the subnet lies behind the gateway: takes the place of the connected route",
    },
    gatewayRoute(pod, "default", podGateway(index)),
  ];
}
