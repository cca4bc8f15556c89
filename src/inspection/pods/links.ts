/**
 * Reads what iproute2 prints as JSON. Sources: iproute2 ip/ipaddress.c, ip/iproute.c, ip/iplink_*.c; tried with 6.1.
 * @packageDocumentation
 */
import { type RouteSizes, routeSizes } from "../../model/path-mtu.js";
import { fields, list } from "../sift.js";

/** A network link. */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly mtu: number;
  /** `veth`, `bridge`, `vxlan`, ...; undefined for a card. */
  readonly kind: string | undefined;
  /** Index of the other end or of the parent; that may be in another namespace. */
  readonly peer: number | undefined;
  /** Name of the other end or of the parent, where that is in the same namespace; the index is not printed then. */
  readonly lower: string | undefined;
  /** Name of the bridge that it is a port of. */
  readonly master: string | undefined;
  /** Mode of a macvlan or ipvlan. */
  readonly mode: string | undefined;
  /** Of a tunnel: the far end is not the device's but each packet's own, which a route or an eBPF program sets ("collect metadata"). */
  readonly external: boolean;
  readonly up: boolean;
}

/** A link's addresses. */
export interface LinkAddresses {
  readonly name: string;
  readonly addresses: readonly { readonly address: string; readonly prefix: number }[];
}

/** A route, or the kernel's answer to which way it would send. */
export interface Route {
  /** `default`, an address or a prefix. */
  readonly to: string;
  readonly gateway: string | undefined;
  readonly device: string | undefined;
  readonly scope: string | undefined;
  readonly table: string | undefined;
  /** What wrote it, by iproute2's name or the kernel's number: `kernel`, `bird`, `17`. An answer of the kernel does not say it. */
  readonly protocol: string | undefined;
  /** `unreachable`, `blackhole`, `prohibit`, ...; undefined for one that leads somewhere. */
  readonly type: string | undefined;
  readonly sizes: RouteSizes;
}

const named = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const counted = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

/** The elements of a JSON list; undefined where the text is none. iproute2 prints nothing at all for an empty list. */
function elements(text: string): readonly unknown[] | undefined {
  if (text.trim() === "") return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? list(value) : undefined;
  } catch {
    return undefined;
  }
}

/** iproute2 prints a name, or the number as a text where /etc/iproute2/rt_protos has none. */
const protocolOf = (value: unknown): string | undefined => (typeof value === "number" ? String(value) : named(value));

/** The links that `ip -json -details link` lists; undefined where it printed something else. */
export function parseLinks(text: string): readonly Link[] | undefined {
  return elements(text)?.flatMap((element): Link[] => {
    const link = fields(element);
    const [index, name, mtu] = [counted(link["ifindex"]), named(link["ifname"]), counted(link["mtu"])];
    if (index === undefined || name === undefined || mtu === undefined) return [];
    const info = fields(link["linkinfo"]);
    return [
      {
        index,
        name,
        mtu,
        kind: named(info["info_kind"]),
        peer: counted(link["link_index"]),
        lower: named(link["link"]),
        master: named(link["master"]),
        mode: named(fields(info["info_data"])["mode"]),
        external: fields(info["info_data"])["external"] === true,
        up: list(link["flags"]).includes("UP"),
      },
    ];
  });
}

/** What `ip -json address` lists; undefined where it printed something else. */
export function parseAddresses(text: string): readonly LinkAddresses[] | undefined {
  return elements(text)?.flatMap((element): LinkAddresses[] => {
    const link = fields(element);
    const name = named(link["ifname"]);
    if (name === undefined) return [];
    const addresses = list(link["addr_info"]).flatMap((one) => {
      const [address, prefix] = [named(fields(one)["local"]), counted(fields(one)["prefixlen"])];
      return address === undefined || prefix === undefined ? [] : [{ address, prefix }];
    });
    return [{ name, addresses }];
  });
}

/** Routes as `ip -json route` lists and answers them; undefined where it printed something else. */
export function parseRoutes(text: string): readonly Route[] | undefined {
  return elements(text)?.flatMap((element): Route[] => {
    const route = fields(element);
    const to = named(route["dst"]);
    if (to === undefined) return [];
    return [
      {
        to,
        gateway: named(route["gateway"]) ?? named(fields(route["via"])["host"]),
        device: named(route["dev"]),
        scope: named(route["scope"]),
        table: named(route["table"]),
        protocol: protocolOf(route["protocol"]),
        type: route["type"] === "unicast" ? undefined : named(route["type"]),
        sizes: routeSizes(route),
      },
    ];
  });
}
