/**
 * The two paths that a mode with one pod on each node is measured on.
 * @packageDocumentation
 */
import { LISTENING_PORTS, type PathSpec, type ServicePorts, type WiredPath } from "../../model/wiring.js";
import { nodeAddress } from "./addresses.js";
import { nodeName, podName } from "./underlay.js";

/**
 * The pair of the first two nodes and the pair of their pods.
 * @param podTarget - the address by which the second pod's servers are reached from the first pod.
 * @param ports - the ports by which they are reached there.
 * @param nodeDevice - the device that holds the nodes' addresses; a bridge where eth0 is a port of one.
 */
export function nodePair(
  podTarget: string,
  ports: ServicePorts = LISTENING_PORTS,
  nodeDevice = "eth0",
): Readonly<Record<WiredPath, PathSpec>> {
  return {
    "host-host": {
      from: nodeName(0),
      device: nodeDevice,
      to: nodeName(1),
      toDevice: nodeDevice,
      address: nodeAddress(1),
      ports: LISTENING_PORTS,
    },
    "pod-pod": { from: podName(0), device: "eth0", to: podName(1), toDevice: "eth0", address: podTarget, ports },
  };
}
