import type { FaultLayer } from "../fault-layer.js";
import { podsWithout } from "./pods-without.js";

/** The pods compute their checksums themselves. */
export const txChecksumOff: FaultLayer = podsWithout({
  name: "tx-checksum-off",
  features: ["tx"],
  sentence: "Transmit checksum offload is off on the pods' devices.",
  why: "The kernel sums every byte, and without that offload it cannot leave packets whole either: TSO goes with it.",
  sources: ["Linux Documentation/networking/checksum-offloads.rst", "Linux net/core/dev.c netdev_fix_features"],
});
