import { withTransmitOffload } from "../../modes/parts/offloads.js";
import type { PlainLayer } from "../contract.js";

/** The other setting of Calico's VXLAN device. */
export const txOffloadOn: PlainLayer = {
  name: "tx-offload-on",
  family: "tunings",
  sentence: "A tunnel's transmit checksum offload, which its mode switches off, left on.",
  why: "Packets of up to 64 kB enter the tunnel whole and are cut behind it.",
  needs: { kernel: [], programs: ["ethtool"] },
  sources: ["projectcalico/calico felix: FelixConfiguration featureDetectOverride, ChecksumOffloadBroken"],
  deviations: [],
  onto: withTransmitOffload,
};
