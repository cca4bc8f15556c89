/**
 * A second link beside that of the nodes, whose ends are the pods' own cards.
 * @packageDocumentation
 */
import type { NamespaceSpec, Step, Topology } from "../../model/wiring.js";
import { letter } from "./addresses.js";
import { nodeIndexes, ordinal, podName, podSlots, switchSysctls } from "./underlay.js";

/** Prefix of the second link. */
export const SECOND_PREFIX = "198.18.1.0/24";
/** Its router, which the lab does not have. */
export const SECOND_ROUTER = "198.18.1.1";
/** Address of a pod of the n-th node (0-based) on it: of the measured one (slot 0), or of a further one. */
export const secondAddress = (index: number, slot = 0): string => `198.18.1.${String(11 + index + 100 * slot)}`;

/**
 * Cards of the pods of two nodes joined by one veth pair, as a cable would; those of more hang on a second bridge of the
 * `switch`, which is made here where the nodes' own link has none.
 */
export function secondLink(
  topology: Topology,
  namespaces: readonly NamespaceSpec[],
): { readonly namespaces: NamespaceSpec[]; readonly steps: Step[] } {
  if (isCable(topology)) return { namespaces: [], steps: cable(topology) };
  if (namespaces.some(({ name }) => name === "switch")) return { namespaces: [], steps: switched(topology) };
  return {
    namespaces: [{ name: "switch", kind: "fabric", reason: "the switch that joins the cards of the pods" }],
    steps: [...switchSysctls(), ...switched(topology)],
  };
}

/** Whether the pods' cards are two, so that one cable joins them; more hang on a switch. */
function isCable(topology: Topology): boolean {
  const pods = nodeIndexes(topology).flatMap((index) => podSlots(topology, index));
  return topology.nodes === 2 && pods.length === 2 && topology.outside === undefined;
}

function cable({ mtu }: Topology): Step[] {
  const common = ["mtu", String(mtu)];
  return [
    {
      kind: "link",
      id: "cable",
      in: podName(0),
      name: "eth0",
      type: "veth",
      common,
      peer: { name: "eth0", in: podName(1), common },
      reason: "the cable between the cards that the pods own",
    },
  ];
}

function switched(topology: Topology): Step[] {
  const common = ["mtu", String(topology.mtu)];
  const port = (index: number, slot: number): string => `pod-port-${letter(index)}${ordinal(slot)}`;
  const pods = nodeIndexes(topology).flatMap((index) => podSlots(topology, index).map((slot) => ({ index, slot })));
  return [
    ...pods.map(
      ({ index, slot }): Step => ({
        kind: "link",
        id: "cable",
        in: podName(index, slot),
        name: "eth0",
        type: "veth",
        common,
        peer: { name: port(index, slot), in: "switch", common },
        reason: "the cable from the pod's card to the switch",
      }),
    ),
    { kind: "link", in: "switch", name: "br1", type: "bridge", common, reason: "the pods' network on the switch" },
    { kind: "link-set", in: "switch", name: "br1", settings: ["up"], reason: "it is on" },
    ...pods.map(
      ({ index, slot }): Step => ({
        kind: "link-set",
        in: "switch",
        name: port(index, slot),
        settings: ["master", "br1", "up"],
        reason: "a port of it",
      }),
    ),
  ];
}
