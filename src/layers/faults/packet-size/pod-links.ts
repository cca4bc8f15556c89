/**
 * Links of pods with another MTU than their mode gives them.
 * @packageDocumentation
 */
import type { LinkStep, Step, Wiring } from "../../../model/wiring.js";
import { withWordBehind, wordBehind } from "../places.js";

/**
 * The wiring with another MTU on every link that has the pods' one, and on the path between them.
 * @param but - links that keep theirs
 */
export function withPodMtu(wiring: Wiring, from: number, to: number, but: (step: LinkStep) => boolean = () => false): Wiring {
  const pods = wiring.paths["pod-pod"];
  const widened = (step: Step): Step =>
    step.kind === "link" && !but(step) && wordBehind(step.common, "mtu") === String(from) ? withMtu(step, to) : step;
  return {
    ...wiring,
    steps: wiring.steps.map(widened),
    paths: pods === undefined ? wiring.paths : { ...wiring.paths, "pod-pod": { ...pods, mtu: to } },
  };
}

function withMtu(step: LinkStep, mtu: number): LinkStep {
  const words = (common: readonly string[] | undefined): { common?: readonly string[] } =>
    common === undefined ? {} : { common: withWordBehind(common, "mtu", String(mtu)) };
  return { ...step, ...words(step.common), ...(step.peer === undefined ? {} : { peer: { ...step.peer, ...words(step.peer.common) } }) };
}
