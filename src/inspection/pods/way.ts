/**
 * Which way nodes send to other nodes' pods: the kernel's own answer, told apart by gateway and device.
 * @packageDocumentation
 */
import type { Evidence } from "../../model/inspection.js";
import { type Link, parseAddresses, parseLinks, parseRoutes } from "./links.js";
import { ADDRESSES, from, LINKS, type Look, printed, type Question, ROUTES, routeTo, type Unseen } from "./look.js";
import { routeFor } from "./prefixes.js";
import { refusalOf } from "./refusals.js";

/** Kinds of links that wrap packets. */
export const TUNNELS = ["vxlan", "ipip", "wireguard", "tun", "geneve", "gre", "sit", "ip6tnl"] as const;
/** One of {@link TUNNELS}. */
export type Tunnel = (typeof TUNNELS)[number];

/** The way to another node's pod. `protocol` is what wrote the node's route there, as iproute2 names it. */
export type Way = (
  | { readonly by: "tunnel"; readonly tunnel: Tunnel; readonly device: string; readonly mtu: number }
  | { readonly by: "peers" | "fabric"; readonly gateway: string; readonly device: string }
  | { readonly by: "segment"; readonly device: string }
) & { readonly protocol?: string };

/** The way from one node to one pod, with its evidence; `why` where it could not be determined. `refused`: the kernel says that there is none. */
export type WaySeen = { readonly way: Way; readonly evidence: readonly Evidence[] } | Unseen;

/** The node's card towards another node. */
export interface Uplink {
  readonly device: string;
  readonly mtu: number;
  readonly evidence: Evidence;
}

/**
 * Tells the way from a node (`host`, a pod on its network) to a pod on another node. `hosts` are all nodes that were looked at, `configured` the devices that
 * the network's product makes as it is configured.
 */
export function wayTo(pod: Look, host: Look, hosts: readonly Look[], configured: readonly string[] = []): WaySeen {
  const question = routeTo(pod.address);
  const refusal = refusalOf(host, pod);
  if (refusal !== undefined) return { why: refusal.sentence, refused: true, from: from(host, question) };
  const [route] = read(host, question, parseRoutes) ?? [];
  const links = read(host, LINKS, parseLinks);
  if (route === undefined || links === undefined) return { why: `the route from ${host.node} to ${pod.id} could not be read` };
  const { device, gateway } = route;
  const link = links.find(({ name }) => name === device);
  if (device === undefined || link === undefined) return { why: `${host.node} has no route to ${pod.id}` };
  const listed = routeFor(pod.address, read(host, ROUTES, parseRoutes) ?? []);
  const writer = listed?.protocol === undefined ? {} : { protocol: listed.protocol };
  const mtu = route.sizes.route === undefined ? "" : `, mtu ${String(route.sizes.route)}`;
  const seen = (way: Way, value: string): WaySeen => ({
    way: { ...way, ...writer },
    evidence: [
      { claim: "podRoutes", value: `${value}${mtu}`, from: from(host, question) },
      ...(listed?.protocol === undefined || WRITES_OF_ITSELF.has(listed.protocol)
        ? []
        : [{ claim: "podRoutes", value: `${listed.to} proto ${listed.protocol}`, from: from(host, ROUTES) }]),
    ],
  });
  const tunnel = tunnelKind(link);
  if (tunnel !== undefined) return seen({ by: "tunnel", tunnel, device, mtu: link.mtu }, `by ${device}, a ${tunnel} device`);
  const handed = handedTo(link, links, configured);
  if (handed !== undefined) {
    const among = handed.alone ? "" : ", the one of several that the configuration takes";
    const value = `by ${device}, whose eBPF programs hand packets to ${handed.link.name}, a ${handed.tunnel} device${among}`;
    return seen({ by: "tunnel", tunnel: handed.tunnel, device: handed.link.name, mtu: handed.link.mtu }, value);
  }
  if (gateway === undefined || isOnNode(link, links)) {
    return gateway === undefined && device === uplinkTo(pod.hostAddress, host)?.device
      ? seen({ by: "segment", device }, `on the segment of ${device}, without a gateway`)
      : { why: `${host.node} sends to ${pod.id} by ${device}, a ${link.kind ?? "card"} that podwire cannot place` };
  }
  const peer = addressesOf(pod, hosts).includes(gateway);
  return peer
    ? seen({ by: "peers", gateway, device }, `via ${gateway}, the pod's own node`)
    : seen({ by: "fabric", gateway, device }, `via ${gateway}, which is no address of the pod's node`);
}

/** Who writes by hand, and the kernel: of these a route says nothing of what made it. */
export const WRITES_OF_ITSELF: ReadonlySet<string> = new Set(["kernel", "boot", "static", "dhcp", "ra"]);

const tunnelKind = ({ kind }: Link): Tunnel | undefined => TUNNELS.find((one) => one === kind);

/** A veth both of whose ends are on the node leads to no pod: a program at it decides where packets go. Cilium's cilium_host is one, its other end cilium_net. */
const isOnNode = (link: Link, links: readonly Link[]): boolean =>
  link.kind === "veth" && links.some(({ kind, name, lower }) => kind === "veth" && name === link.lower && lower === link.name);

/** A tunnel that takes each packet's far end from whoever hands it over, and whether it is the node's only one. */
interface Handed {
  readonly link: Link;
  readonly tunnel: Tunnel;
  readonly alone: boolean;
}

/** The tunnel to which eBPF programs at such a link hand packets: the only one that takes them so, or of several the one that the configuration takes. */
function handedTo(link: Link, links: readonly Link[], configured: readonly string[]): Handed | undefined {
  if (!isOnNode(link, links)) return undefined;
  const able = links.flatMap((one) => {
    const tunnel = one.external && one.up ? tunnelKind(one) : undefined;
    return tunnel === undefined ? [] : [{ link: one, tunnel }];
  });
  const [only, ...more] = able.length === 1 ? able : able.filter((one) => configured.includes(one.link.name));
  return only === undefined || more.length > 0 ? undefined : { ...only, alone: able.length === 1 };
}

/** The card by which a node reaches another node's address. */
export function uplinkTo(address: string, host: Look): Uplink | undefined {
  const question = routeTo(address);
  const device = read(host, question, parseRoutes)?.[0]?.device;
  const link = read(host, LINKS, parseLinks)?.find(({ name }) => name === device);
  if (link === undefined) return undefined;
  return {
    device: link.name,
    mtu: link.mtu,
    evidence: { claim: "mtu.host", value: `${String(link.mtu)} (${link.name})`, from: from(host, LINKS) },
  };
}

/** Where no other node is there to ask for: the card of the node's own address. */
export function ownCard(host: Look): Uplink | undefined {
  const name = read(host, ADDRESSES, parseAddresses)?.find((one) => one.addresses.some(({ address }) => address === host.address))?.name;
  const link = read(host, LINKS, parseLinks)?.find((one) => one.name === name);
  if (link === undefined) return undefined;
  return {
    device: link.name,
    mtu: link.mtu,
    evidence: { claim: "mtu.host", value: `${String(link.mtu)} (${link.name})`, from: from(host, LINKS) },
  };
}

/** Every address of the pod's node: routes may name another than the one the API knows. */
function addressesOf(pod: Look, hosts: readonly Look[]): readonly string[] {
  const host = hosts.find(({ node }) => node === pod.node);
  const seen = host === undefined ? [] : (read(host, ADDRESSES, parseAddresses) ?? []);
  return [pod.hostAddress, ...seen.flatMap(({ addresses }) => addresses.map(({ address }) => address))];
}

function read<Value>(look: Look, question: Question, parse: (text: string) => Value | undefined): Value | undefined {
  const text = printed(look, question);
  return text === undefined ? undefined : parse(text);
}
