/**
 * The paths that most modes offer.
 * @packageDocumentation
 */
import { LISTENING_PORTS, type PathSpec } from "../../model/wiring.js";
import { nodeAddress } from "./addresses.js";
import { nodeName, podName } from "./underlay.js";

/** Between the mode's own nodes, by the device that holds the node's address. */
export const hostPath = (device = "eth0"): PathSpec => ({
  from: nodeName(0),
  device,
  to: nodeName(1),
  toDevice: device,
  address: nodeAddress(1),
  ports: LISTENING_PORTS,
});

/** From the first pod straight to the address of the second. */
export const podPath = (address: string): PathSpec => ({
  from: podName(0),
  device: "eth0",
  to: podName(1),
  toDevice: "eth0",
  address,
  ports: LISTENING_PORTS,
});
