/**
 * The MTU of pods and hosts, and what takes the bytes between them.
 * @packageDocumentation
 */
import type { Inspection } from "../model/inspection.js";
import type { Tunnel } from "./pods/way.js";
import type { Wiring } from "./pods/wiring.js";

/** Bytes that something takes from each packet, and its name as a clause that says so. */
type Taken = readonly [bytes: number, what: string];

/**
 * Bytes that a wrapping takes, by what carries it. VXLAN: outer IPv4 20 or IPv6 40, UDP 8, VXLAN 8, inner Ethernet 14 (RFC 7348). IP in IP: one
 * IPv4 header (RFC 2003). WireGuard: outer header, UDP 8, 32 of its own; flannel reckons 80 everywhere. flannel's udp: outer IPv4 and UDP.
 * Geneve: like VXLAN without options; OVN adds 8 of them. GRE: IPv4 and 4.
 */
const WRAPPINGS: Readonly<Record<Tunnel, readonly Taken[]>> = {
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

/** Encryption between nodes, beside whatever wraps packets. Cilium keeps 95 bytes free for WireGuard with its padding, 80 before 1.18, and 77 for IPsec (its pkg/mtu). */
const ENCRYPTIONS = {
  WireGuard: [...WRAPPINGS.wireguard, [95, "95 bytes are kept free for WireGuard"]],
  IPsec: [[77, "77 bytes are kept free for IPsec"]],
} as const satisfies Readonly<Record<string, readonly Taken[]>>;
/** What encrypts packets between nodes. */
export type Encryption = keyof typeof ENCRYPTIONS;

/** What settings say, where no pod was asked. */
export interface MtuSettings {
  /** Bytes. */
  readonly pod?: number | undefined;
  readonly encryption?: Encryption | undefined;
}

/**
 * The MTU as pods showed it, else as far as settings say it. What is judged is what a pod's kernel puts into one packet, by its link or its route: a setting
 * need not be that (Cilium's `mtu` is the network's, and its pods' route has less).
 */
export function mtuOf(wiring: Wiring, settings: MtuSettings = {}): Inspection["mtu"] {
  const { podMtu } = wiring;
  const pod = podMtu?.link ?? settings.pod;
  const path = podMtu?.path.bytes;
  const host = wiring.uplink?.mtu;
  const sizes = {
    ...(pod === undefined ? {} : { pod }),
    ...(podMtu?.route === undefined ? {} : { podRoute: podMtu.route }),
    ...(path === undefined ? {} : { podPath: path }),
    ...(host === undefined ? {} : { host }),
  };
  if (path === undefined || host === undefined) return sizes;
  return { ...sizes, overhead: host - path, ...explained(wiring, path, host, encryptionIn(wiring) ?? settings.encryption) };
}

/** A WireGuard device beside the way that packets take: Cilium's and Calico's are routed to by policy or by programs, and no route of the main table shows it. */
export const encryptionIn = ({ nodeLinks, way }: Wiring): Encryption | undefined =>
  nodeLinks.some(({ kind, up, name }) => kind === "wireguard" && up && /^(?:cilium_wg|wireguard\.cali|wg-v6\.cali)/.test(name)) &&
  !(way?.by === "tunnel" && way.tunnel === "wireguard")
    ? "WireGuard"
    : undefined;

type Judgement = Pick<Inspection["mtu"], "explainedBy" | "problem">;

function explained({ way, attachment }: Wiring, pod: number, host: number, encryption: Encryption | undefined): Judgement {
  // Pods on a card of their own meet no tunnel of the node.
  if (attachment?.kind === "macvlan" || attachment?.kind === "ipvlan") return direct(pod, host);
  if (way === undefined) return host === pod ? { explainedBy: "pods have the hosts' MTU" } : {};
  const wrapping: readonly Taken[] = way.by === "tunnel" ? WRAPPINGS[way.tunnel] : [];
  const encrypting: readonly Taken[] = encryption === undefined ? [] : ENCRYPTIONS[encryption];
  const known = together(wrapping, encrypting);
  const names = [...(way.by === "tunnel" ? [`${way.device} (${way.tunnel})`] : []), ...(encryption === undefined ? [] : [encryption])];
  return known.length === 0 ? direct(pod, host) : wrapped(pod, host, known, names.join(" and "));
}

/** Every way in which both take their bytes; those of one where there is only one. */
function together(one: readonly Taken[], other: readonly Taken[]): readonly Taken[] {
  if (one.length === 0 || other.length === 0) return [...one, ...other];
  return one.flatMap(([bytes, what]) => other.map(([more, also]): Taken => [bytes + more, `${what}, and ${also}`]));
}

function wrapped(pod: number, host: number, known: readonly Taken[], by: string): Judgement {
  const overhead = host - pod;
  const exact = known.find(([bytes]) => bytes === overhead);
  if (exact !== undefined) return { explainedBy: exact[1] };
  const least = Math.min(...known.map(([bytes]) => bytes));
  if (overhead < least) {
    return {
      problem: `pods may send ${String(pod)} bytes at once, and with the ${String(least)} that ${by} adds they do not fit the hosts' ${String(host)}: give pods ${String(host - least)} or less`,
    };
  }
  const rest = overhead - least;
  return {
    problem: `${by} takes ${String(least)} bytes; nothing that was seen takes the other ${String(rest)}: pods could have ${String(host - least)}`,
  };
}

function direct(pod: number, host: number): Judgement {
  if (pod === host) return { explainedBy: "nothing is wrapped" };
  if (pod > host)
    return {
      problem: `pods may send ${String(pod)} bytes at once, and the hosts' card takes ${String(host)}: give pods ${String(host)} or less`,
    };
  return {
    problem: `nothing is wrapped, and nothing that was seen takes the ${String(host - pod)} bytes: pods could have ${String(host)}`,
  };
}
