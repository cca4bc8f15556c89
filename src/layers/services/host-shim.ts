import { type LinkStep, type NamespaceName, nodeOf, type Step, type Topology, type Wiring } from "../../model/wiring.js";
import { macAddress, nodeAddress } from "../../modes/parts/addresses.js";
import { CUBIC } from "../../modes/parts/congestion.js";
import { nodeIndexes, nodeName } from "../../modes/parts/underlay.js";
import type { Lacking, PlainLayer } from "../contract.js";
import { mended } from "./expectations.js";

const SHIM = "shim0";
const CARD = "eth0";
/** Kinds of deterministic MAC addresses that this file gives out. */
const SHIM_MAC = 0x31;
const CARD_MAC = 0x33;

/** A child of the card for the node itself, by which it reaches its own pods and they reach it. */
export const hostShim: PlainLayer = {
  name: "host-shim",
  family: "services",
  sentence: "A child of the card on the node too, with its address and a route to each of its pods, so that node and pod reach each other.",
  why:
    "A parent and its children do not talk, so that kubelet's probes of its own pods fail and pods cannot reach what runs on their node. Children talk to each other: " +
    "the node gets one of its own. What crosses the link takes the way that it took before.",
  needs: { kernel: [], programs: [] },
  sources: [
    "Linux drivers/net/macvlan.c, drivers/net/ipvlan/ipvlan_core.c (ipvlan_xmit_mode_l2, ipvlan_handle_mode_l2)",
    "Linux Documentation/networking/ip-sysctl.rst (arp_filter)",
  ],
  deviations: [
    "Routes to the node's pods are made once; a real one is kept by a program that sees pods come and go.",
    "With ipvlan the shim has no address: the parent would hand it whatever comes for that, the answers to the node's own ARP requests too. Pods reach the node's address by the parent.",
  ],
  conformance: (sofar) => mended(sofar, ["pod-own-host", "host-own-pod"]),
  onto: withHostShim,
};

function withHostShim(wiring: Wiring, topology: Topology): Wiring | Lacking {
  const children = wiring.steps.filter((step): step is LinkStep => step.kind === "link" && isChild(step));
  if (children.length === 0)
    return { lacks: "has no pods that are children of their node's card (macvlan in bridge mode, ipvlan in L2 mode)" };
  const shims = nodeIndexes(topology).flatMap((index) => {
    const child = children.find((step) => step.in === nodeName(index));
    return child === undefined ? [] : shim(wiring, index, child);
  });
  const late = wiring.steps.filter(({ kind }) => kind === "daemon" || kind === "load");
  return { ...wiring, steps: [...wiring.steps.filter((step) => !late.includes(step)), ...shims, ...late] };
}

function isChild({ type, options = [] }: LinkStep): boolean {
  const mode = options[options.indexOf("mode") + 1];
  return (type === "macvlan" && mode === "bridge") || (type === "ipvlan" && mode === "l2");
}

function shim(wiring: Wiring, index: number, child: LinkStep): Step[] {
  const node = nodeName(index);
  const own = { in: node } as const;
  const sharesMac = child.type === "ipvlan";
  return [
    ...(sharesMac ? [cardsMac(index)] : []),
    {
      ...own,
      kind: "link",
      id: "shim",
      name: SHIM,
      type: child.type,
      common: [...withoutMac(child.common ?? []), ...(sharesMac ? [] : ["address", macAddress(SHIM_MAC, index)])],
      options: child.options ?? [],
      reason: "the node's own child of its card",
    },
    {
      ...own,
      kind: "sysctl",
      name: `net.ipv4.conf.${SHIM}.arp_filter`,
      value: "1",
      reason: "it answers ARP for the node's address to its pods only: others are answered by the card, as before",
    },
    ...(sharesMac ? [] : [addressOfShim(index)]),
    { ...own, kind: "link-set", name: SHIM, settings: ["up"], reason: "the shim is on" },
    ...podsOf(wiring, index).flatMap(({ address, mac }) => toPod(node, index, address, mac ?? macAddress(CARD_MAC, index))),
  ];
}

const addressOfShim = (index: number): Step => ({
  kind: "address",
  in: nodeName(index),
  device: SHIM,
  address: `${nodeAddress(index)}/32`,
  reason: "pods know the node by this address; /32, so that it brings no route",
});

/** A card whose children share its MAC address gets one that the plan knows; the kernel gives it to them too. */
const cardsMac = (index: number): Step => ({
  kind: "link-set",
  in: nodeName(index),
  name: CARD,
  settings: ["address", macAddress(CARD_MAC, index)],
  reason: "the address of the node's pods too, by which the shim finds them",
});

function withoutMac(words: readonly string[]): readonly string[] {
  const at = words.indexOf("address");
  return at === -1 ? words : [...words.slice(0, at), ...words.slice(at + 2)];
}

function toPod(node: NamespaceName, index: number, address: string, mac: string): Step[] {
  const route: Step = {
    kind: "route",
    in: node,
    to: `${address}/32`,
    options: ["dev", SHIM, "scope", "link", "src", nodeAddress(index), ...CUBIC],
    reason: "the node's own pod is reached by the shim",
  };
  const reason =
    "the shim asks no one: its broadcasts leave by the card too, other nodes would learn the shim's MAC address for the node, and with ipvlan the answer would come to the card";
  return [route, { kind: "neighbour", in: node, device: SHIM, address, mac, reason }];
}

interface Pod {
  readonly address: string;
  /** Absent where it is the card's. */
  readonly mac?: string;
}

function podsOf({ steps }: Wiring, index: number): readonly Pod[] {
  return steps.flatMap((step) => {
    if (step.kind !== "address" || !step.in.startsWith("pod-") || nodeOf(step.in) !== nodeName(index)) return [];
    const link = steps.find((one) => one.kind === "link" && one.moveTo === step.in);
    const words = link?.kind === "link" ? (link.common ?? []) : [];
    const mac = words.includes("address") ? words[words.indexOf("address") + 1] : undefined;
    return [{ address: step.address.split("/")[0] ?? "", ...(mac === undefined ? {} : { mac }) }];
  });
}
