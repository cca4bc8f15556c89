import type { LinkSetStep } from "../../../model/wiring.js";
import { isLacking } from "../../contract.js";
import { ETHERNET_HEADER, faultLayer } from "../fault-layer.js";
import { podPair, present, withSteps } from "../places.js";

const SIZE = 1500;

/** The pods' devices take no packet larger than the MTU whole. */
export const gso1500 = faultLayer({
  name: "gso-1500",
  effect: "slow",
  sentence: "gso_max_size of the pods' devices is 1500 bytes.",
  why: "TCP may hand no more than that to the device at once, whatever the offloads say.",
  shownBy: "`ip -d link show eth0` in the pod says `gso_max_size 1500`, and a bulk transfer leaves it in packets of at most that.",
  sources: ["ip-link(8) gso_max_size", "Linux net/ipv4/tcp_output.c tcp_tso_autosize"],
  sign: (wiring) => {
    const { node, port } = present(podPair(wiring)).client;
    return { kind: "small-packets", in: node, device: port, atMost: SIZE + ETHERNET_HEADER };
  },
  onto: (wiring) => {
    const pair = podPair(wiring);
    if (isLacking(pair)) return pair;
    return withSteps(
      wiring,
      ...[pair.client, pair.server].map(
        ({ pod, device }): LinkSetStep => ({
          kind: "link-set",
          in: pod,
          name: device,
          settings: ["gso_max_size", String(SIZE)],
          reason: "planted: the largest packet that the device takes whole",
        }),
      ),
    );
  },
});
