/**
 * Which CPUs take what arrives on a node's cable.
 * @packageDocumentation
 */
import type { LinkStep, SteeringStep, Step, Wiring } from "../../model/wiring.js";

/** Whether a step makes a cable: what stands in for a node's card, or for one that a pod owns. */
export const isCable = (step: Step): step is LinkStep => step.kind === "link" && step.id === "cable";

/**
 * Steps that steer the queues of every cable's end on a node or in a pod; the ends of a switch or a router are none of theirs.
 * @param masks - of each queue in order, hexadecimal
 */
export function steeredEnds({ namespaces, steps }: Wiring, masks: readonly string[], reason: string): SteeringStep[] {
  const kinds = new Map(namespaces.map(({ name, kind }) => [name, kind]));
  const ends = steps
    .filter(isCable)
    .flatMap(({ in: near, name, peer }) => [
      { in: near, device: name },
      ...(peer === undefined ? [] : [{ in: peer.in, device: peer.name }]),
    ]);
  return ends
    .filter((end) => kinds.get(end.in) !== "fabric")
    .flatMap((end) => masks.map((cpus, queue): SteeringStep => ({ kind: "steering", ...end, queue, cpus, reason })));
}

/** A cable with so many queues both ways; other steps stay as they are. */
export function withQueues(step: Step, count: number): Step {
  if (!isCable(step)) return step;
  const words = ["numtxqueues", String(count), "numrxqueues", String(count)];
  const wider = (common: readonly string[] = []): readonly string[] => [...common, ...words];
  return {
    ...step,
    common: wider(step.common),
    ...(step.peer === undefined ? {} : { peer: { ...step.peer, common: wider(step.peer.common) } }),
  };
}
