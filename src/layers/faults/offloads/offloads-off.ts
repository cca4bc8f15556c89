import type { FaultLayer } from "../fault-layer.js";
import { podsWithout } from "./pods-without.js";

/** The pods' devices cut what they send. */
export const offloadsOff: FaultLayer = podsWithout({
  name: "offloads-off",
  features: ["tso", "gso"],
  sentence: "Segmentation offload (TSO and GSO) is off on the pods' devices.",
  why: "The pod's kernel cuts every packet to the MTU before the device, and each of them pays for the whole way to the other pod.",
  sources: ["Linux Documentation/networking/segmentation-offloads.rst"],
});
