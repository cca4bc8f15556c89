import type { Step, Wiring } from "../../../model/wiring.js";
import { macAddress } from "../../../modes/parts/addresses.js";
import { isLacking, type Lacking } from "../../contract.js";
import { faultLayer } from "../fault-layer.js";
import { present, tunnelledPods, vxlanOn, wordBehind } from "../places.js";

/** A kind of MAC addresses that no mode gives out. */
const STALE_MAC = 0x7f;

/** Peers that know a tunnel endpoint by the MAC address that it had before. */
export const tunnelMac = faultLayer({
  name: "tunnel-mac",
  row: "B5",
  effect: "broken",
  sentence: "The other nodes know a tunnel endpoint by a MAC address that it no longer has.",
  why: "udev gives flannel.1 a MAC address of its own after flannel has published the first one: what is sent there arrives and is dropped as another host's.",
  shownBy:
    "Packets arrive at that node's tunnel device and none leaves by its pod's; `ip neigh` and `bridge fdb` of the peers differ from `ip link` there.",
  sources: ["flannel-io/flannel 1155, 1795, PR 1485 and 1796", "systemd.link(5) MACAddressPolicy=persistent"],
  deviations: ["The peers' entries are wrong from the start, where the report has the device's own address changed."],
  sign: (wiring) => {
    const { tunnel, server } = present(tunnelledPods(wiring));
    return {
      kind: "swallowed",
      seen: { in: server.node, device: tunnel, counter: "rxPackets" },
      missed: { in: server.node, device: server.port, counter: "txPackets" },
    };
  },
  onto: withStaleMac,
});

function withStaleMac(wiring: Wiring): Wiring | Lacking {
  const pods = tunnelledPods(wiring);
  if (isLacking(pods)) return pods;
  const own = wordBehind(vxlanOn(wiring, pods.server.node)?.common, "address");
  const stale = macAddress(STALE_MAC, 1);
  const isOfIt = (step: Step): boolean =>
    (step.kind === "neighbour" || step.kind === "fdb") && step.in !== pods.server.node && step.device === pods.tunnel && step.mac === own;
  return {
    ...wiring,
    steps: wiring.steps.map((step) =>
      isOfIt(step) && (step.kind === "neighbour" || step.kind === "fdb")
        ? { ...step, mac: stale, reason: "planted: the address that was published, which the endpoint no longer has" }
        : step,
    ),
  };
}
