/**
 * Faults of the pods' own devices: an offload that is off.
 * @packageDocumentation
 */
import type { OffloadStep, Wiring } from "../../../model/wiring.js";
import { isLacking, type Lacking } from "../../contract.js";
import { ETHERNET_HEADER, type FaultFacts, type FaultLayer, faultLayer } from "../fault-layer.js";
import { podPair, present, withSteps } from "../places.js";

/** Which offload is off. */
export interface PodsWithout extends Pick<FaultFacts, "name" | "sentence" | "why" | "sources"> {
  /** As ethtool names them. */
  readonly features: readonly string[];
}

/** The layer that switches offloads of both measured pods off. */
export const podsWithout = ({ features, ...facts }: PodsWithout): FaultLayer =>
  faultLayer({
    ...facts,
    effect: "slow",
    programs: ["ethtool"],
    shownBy: "`ethtool -k eth0` in the pod says off, and a bulk transfer leaves the pod in packets of the MTU instead of up to 64 kB.",
    sign: (wiring) => {
      const { node, port } = present(podPair(wiring)).client;
      return { kind: "small-packets", in: node, device: port, atMost: (wiring.paths["pod-pod"]?.mtu ?? 0) + ETHERNET_HEADER };
    },
    onto: (wiring) => switchedOff(wiring, features),
  });

function switchedOff(wiring: Wiring, features: readonly string[]): Wiring | Lacking {
  const pair = podPair(wiring);
  if (isLacking(pair)) return pair;
  return withSteps(
    wiring,
    ...[pair.client, pair.server].map(
      ({ pod, device }): OffloadStep => ({
        kind: "offload",
        in: pod,
        device,
        features,
        on: false,
        reason: "planted: switched off in the pod and never switched on again",
      }),
    ),
  );
}
