/**
 * The MTU of pods and hosts, and what takes the bytes between them.
 * @packageDocumentation
 */
import type { Inspection } from "../model/inspection.js";
import type { Tunnel } from "./pods/way.js";
import type { Wiring } from "./pods/wiring.js";

/**
 * Bytes that a wrapping takes, by what carries it. VXLAN: outer IPv4 20 or IPv6 40, UDP 8, VXLAN 8, inner Ethernet 14 (RFC 7348). IP in IP: one
 * IPv4 header (RFC 2003). WireGuard: outer header, UDP 8, 32 of its own; flannel reckons 80 everywhere. flannel's udp: outer IPv4 and UDP.
 * Geneve: like VXLAN without options; OVN adds 8 of them. GRE: IPv4 and 4.
 */
const WRAPPINGS: Readonly<Record<Tunnel, readonly (readonly [bytes: number, what: string])[]>> = {
  vxlan: [
    [50, "VXLAN over IPv4 takes 50 bytes"],
    [70, "VXLAN over IPv6 takes 70 bytes"],
  ],
  ipip: [[20, "IP in IP takes 20 bytes"]],
  wireguard: [
    [60, "WireGuard over IPv4 takes 60 bytes"],
    [80, "WireGuard over IPv6 takes 80 bytes, and so many are kept free"],
  ],
  tun: [[28, "wrapping in IPv4 and UDP takes 28 bytes"]],
  geneve: [
    [50, "Geneve over IPv4 takes 50 bytes"],
    [58, "Geneve over IPv4 with OVN's options takes 58 bytes"],
    [70, "Geneve over IPv6 takes 70 bytes"],
    [100, "OVN-Kubernetes keeps 100 bytes free for Geneve"],
  ],
  gre: [[24, "GRE over IPv4 takes 24 bytes"]],
  sit: [[20, "IPv6 in IPv4 takes 20 bytes"]],
  ip6tnl: [[40, "wrapping in IPv6 takes 40 bytes"]],
};

/** The MTU as pods showed it, else as far as settings say it. */
export function mtuOf(wiring: Wiring, settingsSay: number | undefined): Inspection["mtu"] {
  const pod = wiring.podMtu ?? settingsSay;
  const host = wiring.uplink?.mtu;
  if (pod === undefined || host === undefined) return { ...(pod === undefined ? {} : { pod }), ...(host === undefined ? {} : { host }) };
  const overhead = host - pod;
  return { pod, host, overhead, ...explained(wiring, pod, host) };
}

function explained({ way, attachment }: Wiring, pod: number, host: number): Pick<Inspection["mtu"], "explainedBy" | "problem"> {
  const overhead = host - pod;
  // Pods on a card of their own meet no tunnel of the node.
  if (attachment?.kind === "macvlan" || attachment?.kind === "ipvlan") return direct(pod, host);
  if (way === undefined) return overhead === 0 ? { explainedBy: "pods have the hosts' MTU" } : {};
  if (way.by !== "tunnel") return direct(pod, host);
  const known = WRAPPINGS[way.tunnel];
  const exact = known.find(([bytes]) => bytes === overhead);
  if (exact !== undefined) return { explainedBy: exact[1] };
  const least = Math.min(...known.map(([bytes]) => bytes));
  if (overhead < least) {
    return {
      problem: `pods may send ${String(pod)} bytes at once, and with the ${String(least)} that ${way.device} (${way.tunnel}) adds they do not fit the hosts' ${String(host)}: give pods ${String(host - least)} or less`,
    };
  }
  const rest = overhead - least;
  return {
    problem: `${way.tunnel} takes ${String(least)} bytes; nothing that was seen takes the other ${String(rest)}: pods could have ${String(host - least)}`,
  };
}

function direct(pod: number, host: number): Pick<Inspection["mtu"], "explainedBy" | "problem"> {
  if (pod === host) return { explainedBy: "nothing is wrapped" };
  if (pod > host)
    return {
      problem: `pods may send ${String(pod)} bytes at once, and the hosts' card takes ${String(host)}: give pods ${String(host)} or less`,
    };
  return {
    problem: `nothing is wrapped, and nothing that was seen takes the ${String(host - pod)} bytes: pods could have ${String(host)}`,
  };
}
