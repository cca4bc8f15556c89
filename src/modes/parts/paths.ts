/**
 * The two paths that a mode with one pod on each node is measured on.
 * @packageDocumentation
 */
import { LISTENING_PORTS, type PathSpec, type ServicePorts, type WiredPath } from "../../model/wiring.js";
import { nodeAddress } from "./addresses.js";
import { nodeName, podName } from "./underlay.js";

/** What differs from mode to mode. */
export interface NodePair {
  /** MTU of the link between the nodes, bytes. */
  readonly mtu: number;
  /** MTU of the pods, bytes; absent where it is the link's. */
  readonly podMtu?: number;
  /** The address by which the second pod's servers are reached from the first pod. */
  readonly podTarget: string;
  /** The ports by which they are reached there; absent: those that they listen on. */
  readonly ports?: ServicePorts;
  /** The device that holds the nodes' addresses, where eth0 is a port of a bridge. */
  readonly nodeDevice?: string;
}

/** The pair of the first two nodes and the pair of their pods. */
export function nodePair(pair: NodePair): Readonly<Record<Exclude<WiredPath, "pod-service">, PathSpec>> {
  const { mtu, podMtu = mtu, podTarget, ports = LISTENING_PORTS, nodeDevice = "eth0" } = pair;
  return {
    "host-host": {
      from: nodeName(0),
      device: nodeDevice,
      to: nodeName(1),
      toDevice: nodeDevice,
      address: nodeAddress(1),
      ports: LISTENING_PORTS,
      mtu,
    },
    "pod-pod": { from: podName(0), device: "eth0", to: podName(1), toDevice: "eth0", address: podTarget, ports, mtu: podMtu },
  };
}
