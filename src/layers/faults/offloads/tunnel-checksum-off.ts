import type { OffloadStep } from "../../../model/wiring.js";
import { TRANSMIT_CHECKSUM } from "../../../modes/parts/offloads.js";
import { isLacking } from "../../contract.js";
import { ETHERNET_HEADER, faultLayer } from "../fault-layer.js";
import { tunnelledPods, vxlansOf, withSteps } from "../places.js";

/** A workaround against a kernel's wrong checksums, left behind on a kernel that computes them right. */
export const tunnelChecksumOff = faultLayer({
  name: "tunnel-checksum-off",
  row: "A1",
  effect: "slow",
  sentence: "Transmit checksum offload is off on the VXLAN devices: the workaround for wrong checksums of wrapped packets, left behind.",
  why: "Without it no packet larger than the MTU enters the tunnel, so that each of them is wrapped and carried by itself.",
  programs: ["ethtool"],
  shownBy: "`ethtool -k` of the tunnel says `tx-checksumming: off`, and a bulk transfer leaves the tunnel in packets of its MTU.",
  sources: [
    "kubernetes/kubernetes 88986, 91519; flannel-io/flannel PR 1282: the workaround",
    "projectcalico/calico felix ChecksumOffloadBroken",
  ],
  deviations: ["The kernel's fault itself is not planted: this kernel has none."],
  sign: (wiring) => {
    const [first] = vxlansOf(wiring);
    const { mtu = 0 } = wiring.paths["pod-pod"] ?? {};
    const { to } = wiring.paths["host-host"] ?? {};
    return { kind: "small-packets", in: to ?? "", device: first?.name ?? "", atMost: mtu + ETHERNET_HEADER };
  },
  onto: (wiring) => {
    const pods = tunnelledPods(wiring);
    if (isLacking(pods)) return pods;
    const isOff = wiring.steps.some(
      (step) => step.kind === "offload" && !step.on && step.device === pods.tunnel && step.features.join() === TRANSMIT_CHECKSUM.join(),
    );
    if (isOff) return { lacks: "switches that offload off by itself" };
    return withSteps(
      wiring,
      ...vxlansOf(wiring).map(
        (tunnel): OffloadStep => ({
          kind: "offload",
          in: tunnel.in,
          device: tunnel.name,
          features: TRANSMIT_CHECKSUM,
          on: false,
          reason: "planted: `ethtool -K DEVICE tx-checksum-ip-generic off` of an older kernel's days",
        }),
      ),
    );
  },
});
