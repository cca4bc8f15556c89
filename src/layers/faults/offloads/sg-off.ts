import type { FaultLayer } from "../fault-layer.js";
import { podsWithout } from "./pods-without.js";

/** The pods' devices take packets in one piece. */
export const sgOff: FaultLayer = podsWithout({
  name: "sg-off",
  features: ["sg"],
  sentence: "Scatter-gather is off on the pods' devices.",
  why: "Packets must lie in one piece of memory, so that each is copied, and TSO and GSO go with it.",
  sources: ["Linux net/core/dev.c netdev_fix_features"],
});
