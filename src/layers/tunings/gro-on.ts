import type { OffloadStep, Wiring } from "../../model/wiring.js";
import type { Lacking, PlainLayer } from "../contract.js";

/** GRO on the links between pods and nodes. `tune`'s change offload-gro does the same on a node (changes.test.ts holds the two together). */
export const groOn: PlainLayer = {
  name: "gro-on",
  family: "tunings",
  sentence: "Generic receive offload (GRO) is on at both ends of the links between pods and their nodes.",
  why: "A veth has it off by itself. What arrives cut is then joined before it passes rules, routes and sockets; what arrives whole gains nothing, and each packet takes another way into the stack.",
  needs: { kernel: [], programs: ["ethtool"] },
  sources: ["Linux drivers/net/veth.c (NAPI with GRO)", "src/tuning/changes/offloads/gro.ts"],
  deviations: [],
  onto: withGro,
};

function withGro(wiring: Wiring): Wiring | Lacking {
  const kinds = new Map(wiring.namespaces.map(({ name, kind }) => [name, kind]));
  const ends = wiring.steps.flatMap((step) => {
    if (step.kind !== "link" || step.type !== "veth" || step.peer === undefined) return [];
    const between = new Set([kinds.get(step.in), kinds.get(step.peer.in)]);
    return between.has("pod") && between.has("node")
      ? [
          { in: step.in, device: step.name },
          { in: step.peer.in, device: step.peer.name },
        ]
      : [];
  });
  if (ends.length === 0) return { lacks: "has no link between a pod and its node" };
  return { ...wiring, steps: [...wiring.steps, ...ends.map(joined)] };
}

const joined = (end: { readonly in: string; readonly device: string }): OffloadStep => ({
  kind: "offload",
  ...end,
  features: ["generic-receive-offload"],
  on: true,
  reason: "packets are joined as they arrive",
});
