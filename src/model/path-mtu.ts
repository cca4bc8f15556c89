/**
 * How many bytes the kernels of a path's ends put into one packet, and what decides it. Sources: Linux net/ipv4/route.c (ip_dst_mtu_maybe_forward,
 * ipv4_default_advmss, rt_fill_info), net/ipv4/tcp_output.c (tcp_mtu_to_mss: what the far end advertised is a limit too); iproute2 ip/iproute.c,
 * which prints a route's metrics as `"metrics":[{"mtu":1450}]` and marks an exception from path-MTU discovery by the seconds until it expires.
 * @packageDocumentation
 */
import { groupBy } from "./grouped.js";

/**
 * What decides a path's MTU: the sender's link; its route (`mtu`, `mtu lock`); an exception that path-MTU discovery left in its route cache; or the
 * segment size that the far end advertises, by its own link, route or `advmss`.
 */
export const MTU_DECIDERS = ["link", "route", "discovery", "far end"] as const;

/** The MTU of a path, bytes, and what decides it. */
export interface PathMtu {
  readonly bytes: number;
  readonly by: (typeof MTU_DECIDERS)[number];
}

/** What one end's kernel says of packets to the other end; bytes. */
export interface EndSizes {
  /** Of the link that packets leave by. */
  readonly link: number;
  /** Of the route or of its exception; absent where it names none. */
  readonly route?: number;
  /** Whether that is an exception from path-MTU discovery. */
  readonly learned?: boolean;
  /** The largest segment that this end asks the other for; absent where its MTU decides. */
  readonly advmss?: number;
}

/** Sizes among a route's metrics, as `ip -json route` prints them. */
export type RouteSizes = Omit<EndSizes, "link">;

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** The sizes that a route of `ip -json route` has; none where it has no such metrics. */
export function routeSizes(route: unknown): RouteSizes {
  const { metrics, expires } = fieldsOf(route);
  const sizeOf = (name: string): number | undefined =>
    (Array.isArray(metrics) ? (metrics as readonly unknown[]) : [])
      .map((one) => fieldsOf(one)[name])
      .find((one): one is number => Number.isInteger(one) && Number(one) > 0);
  const [mtu, advmss] = [sizeOf("mtu"), sizeOf("advmss")];
  return {
    // Routes of IPv6 expire too, and their exceptions with them: a size beside the time is the exception's.
    ...(mtu === undefined ? {} : { route: mtu, learned: typeof expires === "number" }),
    ...(advmss === undefined ? {} : { advmss }),
  };
}

/** What an end puts into one packet: the smaller of its link's and its route's. */
export function sentAtOnce({ link, route, learned }: EndSizes): PathMtu {
  if (route === undefined || route >= link) return { bytes: link, by: "link" };
  return { bytes: route, by: learned === true ? "discovery" : "route" };
}

/** IP and TCP headers without options, bytes (RFC 791, RFC 8200, RFC 9293). */
const headersOf = (address: string): number => (address.includes(":") ? 60 : 40);

/**
 * The MTU of TCP's packets on a path.
 * @param near - the sender's sizes towards the receiver
 * @param far - the receiver's sizes back towards the sender; undefined where they are not known
 * @param address - the receiver's, which tells the length of the headers
 */
export function pathMtu(near: EndSizes, far: EndSizes | undefined, address: string): PathMtu {
  const own = sentAtOnce(near);
  if (far === undefined) return own;
  const headers = headersOf(address);
  const taken = (far.advmss ?? sentAtOnce(far).bytes - headers) + headers;
  return taken < own.bytes ? { bytes: taken, by: "far end" } : own;
}

const DECIDED: Readonly<Record<PathMtu["by"], string>> = {
  link: "the link's",
  route: "the route's",
  discovery: "from path-MTU discovery",
  "far end": "as the far end asks",
};

/** What decides an MTU, in words that follow its bytes. */
export const decidedBy = ({ by }: PathMtu): string => DECIDED[by];

/** `1450 bytes (the route's) on pod-pod, pod-service; 1500 bytes (the link's) on every other path`: paths of the most common MTU are not named. */
export function mtuSentence(paths: readonly { readonly id: string; readonly mtu: PathMtu }[]): string {
  const groups = groupBy(paths, ({ mtu }) => `${String(mtu.bytes)} bytes (${decidedBy(mtu)})`);
  const [common, ...others] = [...groups].sort(([, one], [, other]) => other.length - one.length);
  if (common === undefined) return "unknown";
  const named = others.map(([text, group]) => `${text} on ${group.map(({ id }) => id).join(", ")}; `);
  return `${named.join("")}${common[0]} on every ${named.length === 0 ? "" : "other "}path`;
}
