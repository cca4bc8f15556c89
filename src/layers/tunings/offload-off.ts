import { withoutOffloads } from "../../modes/parts/offloads.js";
import type { PlainLayer } from "../contract.js";

/** Cards and tunnels that cut nothing. */
export const offloadOff: PlainLayer = {
  name: "offload-off",
  family: "tunings",
  sentence: "Cables and tunnels without segmentation offload, as a card that has none.",
  why: "The kernel cuts every packet to the MTU itself and pays the whole way through the stack for each of them.",
  needs: { kernel: [], programs: ["ethtool"] },
  sources: ["Linux Documentation/networking/segmentation-offloads.rst"],
  deviations: [],
  onto: withoutOffloads,
};
