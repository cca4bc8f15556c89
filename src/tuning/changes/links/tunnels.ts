/**
 * Tunnels and the devices below them, whose MTUs have to fit.
 * @packageDocumentation
 */
import type { Evidence, Writer } from "../../contract.js";
import type { DeviceFacts, NodeFacts } from "../../facts.js";

/** What VXLAN takes of a packet over IPv4, bytes (RFC 7348). */
export const VXLAN = 50;

/** Programs that set MTUs. */
export const WRITERS: readonly Writer[] = [
  { owner: "systemd-networkd", instead: "MTUBytes= of the device's .network file" },
  { owner: "NetworkManager", instead: "the connection's mtu" },
  { owner: "cilium", instead: "mtu of its values" },
];

/** A VXLAN device that is up, and what it stands on. */
interface Pair {
  readonly tunnel: DeviceFacts;
  readonly below: DeviceFacts;
}

/** All of them. */
export const tunnelsOf = ({ devices }: NodeFacts): readonly Pair[] =>
  devices.flatMap((tunnel) => {
    const below = devices.find(({ name }) => name === tunnel.lower);
    return tunnel.kind !== "vxlan" || !tunnel.up || below === undefined ? [] : [{ tunnel, below }];
  });

/** Which tunnels are wider than what they stand on. */
export const widerThanBelow = (pairs: readonly Pair[]): Evidence => ({
  weight: "strong",
  says: pairs
    .filter(({ tunnel, below }) => tunnel.mtu + VXLAN > below.mtu)
    .map(
      ({ tunnel, below }) =>
        `${tunnel.name} sends packets of up to ${String(tunnel.mtu + VXLAN)} bytes over ${below.name}, which takes ${String(below.mtu)}`,
    )
    .join("; "),
});
