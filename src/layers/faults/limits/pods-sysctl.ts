/**
 * Faults that are a sysctl of the pods' own.
 * @packageDocumentation
 */
import type { SysctlStep, Wiring } from "../../../model/wiring.js";
import { isLacking, type Lacking } from "../../contract.js";
import { podPair, withSteps } from "../places.js";

/** The wiring whose measured pods both have the setting. */
export function withPodSysctl(wiring: Wiring, name: string, value: string): Wiring | Lacking {
  const pods = podPair(wiring);
  if (isLacking(pods)) return pods;
  return withSteps(
    wiring,
    ...[pods.client, pods.server].map(
      ({ pod }): SysctlStep => ({ kind: "sysctl", in: pod, name, value, reason: "planted: a setting of the pod's own" }),
    ),
  );
}
