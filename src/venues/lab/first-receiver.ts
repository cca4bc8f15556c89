/**
 * Where a path's frames are first received.
 * @packageDocumentation
 */
import type { LinkStep, NamespaceName, PathSpec, Wiring } from "../../model/wiring.js";

/** A device in a namespace of a wiring. */
export interface PlacedDevice {
  readonly in: NamespaceName;
  readonly device: string;
}

/**
 * The first device that receives what a path's leaving device sends: the other end of its pair (veth, netkit), or of the pair below it where it
 * is a child of another device (macvlan, ipvlan, VLAN). Undefined where the wiring does not tell.
 */
export function firstReceiver(wiring: Wiring, path: Pick<PathSpec, "from" | "device">): PlacedDevice | undefined {
  const links = wiring.steps.filter((step) => step.kind === "link");
  let at: PlacedDevice | undefined = { in: path.from, device: path.device };
  // A child's parent is another link: there are no more hops than links.
  for (let hop = 0; at !== undefined && hop <= links.length; hop++) {
    const end = otherEnd(links, at);
    if (end !== undefined) return end;
    at = parentOf(links, at);
  }
  return undefined;
}

function otherEnd(links: readonly LinkStep[], at: PlacedDevice): PlacedDevice | undefined {
  for (const { in: namespace, name, peer } of links) {
    if (peer === undefined) continue;
    if (namespace === at.in && name === at.device) return { in: peer.in, device: peer.name };
    if (peer.in === at.in && peer.name === at.device) return { in: namespace, device: name };
  }
  return undefined;
}

/** A child that was moved into a namespace got its name there, so it is known by the namespace. */
function parentOf(links: readonly LinkStep[], at: PlacedDevice): PlacedDevice | undefined {
  const child = links.find((link) => link.moveTo === at.in || (link.moveTo === undefined && link.in === at.in && link.name === at.device));
  const words = child?.common ?? [];
  const parent = words[words.indexOf("link") + 1];
  return child === undefined || !words.includes("link") || parent === undefined ? undefined : { in: child.in, device: parent };
}
