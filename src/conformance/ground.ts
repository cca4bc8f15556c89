/**
 * The ground on which checks are tried: two nodes, two pods on the first and one on the second, and an outside host behind a router whose link to it is narrower.
 * @packageDocumentation
 */
import type { Expectations } from "../model/conformance.js";
import type { NamespaceName, Topology, Wiring } from "../model/wiring.js";
import { type AddressFamily, parseAddress } from "../units/address.js";
import { RESPONDER_PORT } from "./responders.js";
import { type CheckService, clusterAddress, EXTERNAL, type ExternalPlaces } from "./services.js";

/** The lab's topology for conformance. The measured wirings are others, and stay as they are. */
export const CONFORMANCE_TOPOLOGY: Topology = { nodes: 2, mtu: 1500, pods: [2, 1], outside: { mtu: 1400 } };

/** A network as checks see it. */
export interface Ground {
  /** The family of every address by which places are asked. */
  readonly family: AddressFamily;
  readonly namespaces: readonly NamespaceName[];
  /** MTU of the pods, bytes. */
  readonly podMtu: number;
  /** Whether pods are meant to reach what lies outside of the cluster. */
  readonly outward: boolean;
  /**
   * A namespace's own address.
   * @throws Error where it has none
   */
  readonly addressOf: (namespace: NamespaceName) => string;
  /** The port on which a namespace's responder answers. */
  readonly portOf: (namespace: NamespaceName) => number;
  /**
   * A Service's cluster address.
   * @throws Error where there is no such Service
   */
  readonly clusterAddress: (service: CheckService) => string;
  /** Where what comes from outside is sent. */
  readonly external: ExternalPlaces;
}

/** The ground that a wiring makes. */
export function groundOf({ namespaces, steps, paths }: Wiring, expectations: Expectations, family: AddressFamily = "ipv4"): Ground {
  const names = namespaces.map(({ name }) => name);
  const byName = new Map(names.map((name) => [name, ownAddress(name, steps, family)]));
  const podMtu = paths["pod-pod"]?.mtu;
  if (podMtu === undefined) throw new Error("a wiring without pods has nothing to try");
  return {
    family,
    namespaces: names,
    podMtu,
    outward: expectations.masquerade?.expected !== "not-offered",
    addressOf: (name) => {
      const address = byName.get(name);
      if (address === undefined) throw new Error(`${name} has no address`);
      return address;
    },
    portOf: () => RESPONDER_PORT,
    clusterAddress,
    external: EXTERNAL,
  };
}

/** The device that holds a namespace's own address: its card, or the bridge that took the address over. */
const OWN_DEVICES: readonly string[] = ["eth0", "br0"];

function ownAddress(name: NamespaceName, steps: Wiring["steps"], family: AddressFamily): string | undefined {
  const addresses = steps.flatMap((one) =>
    one.kind === "address" && one.in === name && OWN_DEVICES.includes(one.device) ? [one.address.split("/")[0] ?? ""] : [],
  );
  return addresses.find((address) => parseAddress(address)?.family === family);
}
