/**
 * Which way nodes send to other nodes' pods: the kernel's own answer, told apart by gateway and device.
 * @packageDocumentation
 */
import type { Evidence } from "../../model/inspection.js";
import { parseAddresses, parseLinks, parseRoutes } from "./links.js";
import { ADDRESSES, from, LINKS, type Look, printed, type Question, routeTo } from "./look.js";

/** Kinds of links that wrap packets. */
export const TUNNELS = ["vxlan", "ipip", "wireguard", "tun", "geneve", "gre", "sit", "ip6tnl"] as const;
/** One of {@link TUNNELS}. */
export type Tunnel = (typeof TUNNELS)[number];

/** The way to another node's pod. */
export type Way =
  | { readonly by: "tunnel"; readonly tunnel: Tunnel; readonly device: string; readonly mtu: number }
  | { readonly by: "peers" | "fabric"; readonly gateway: string; readonly device: string }
  | { readonly by: "segment"; readonly device: string };

/** The way from one node to one pod, with its evidence; `why` where it could not be told. */
export type WaySeen = { readonly way: Way; readonly evidence: Evidence } | { readonly why: string };

/** The node's card towards another node. */
export interface Uplink {
  readonly device: string;
  readonly mtu: number;
  readonly evidence: Evidence;
}

/** Tells the way from a node (`host`, a pod on its network) to a pod on another node. `hosts` are all nodes that were looked at. */
export function wayTo(pod: Look, host: Look, hosts: readonly Look[]): WaySeen {
  const question = routeTo(pod.address);
  const [route] = read(host, question, parseRoutes) ?? [];
  const links = read(host, LINKS, parseLinks);
  if (route === undefined || links === undefined) return { why: `the route from ${host.node} to ${pod.id} could not be read` };
  const { device, gateway } = route;
  const link = links.find(({ name }) => name === device);
  if (device === undefined || link === undefined) return { why: `${host.node} has no route to ${pod.id}` };
  const evidence = (value: string): Evidence => ({ claim: "podRoutes", value, from: from(host, question) });
  const tunnel = TUNNELS.find((kind) => kind === link.kind);
  if (tunnel !== undefined)
    return { way: { by: "tunnel", tunnel, device, mtu: link.mtu }, evidence: evidence(`by ${device}, a ${tunnel} device`) };
  if (gateway === undefined) {
    return device === uplinkTo(pod.hostAddress, host)?.device
      ? { way: { by: "segment", device }, evidence: evidence(`on the segment of ${device}, without a gateway`) }
      : { why: `${host.node} sends to ${pod.id} by ${device}, a ${link.kind ?? "card"} that podwire cannot place` };
  }
  const peer = addressesOf(pod, hosts).includes(gateway);
  return peer
    ? { way: { by: "peers", gateway, device }, evidence: evidence(`via ${gateway}, the pod's own node`) }
    : { way: { by: "fabric", gateway, device }, evidence: evidence(`via ${gateway}, which is no address of the pod's node`) };
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
