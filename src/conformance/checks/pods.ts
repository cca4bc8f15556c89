import type { ExchangeProtocol, Try } from "../../model/exchange.js";
import type { NamespaceName } from "../../model/wiring.js";
import { allAnswered, askAt, type Check, LONG } from "../check.js";
import type { Ground } from "../ground.js";

const BOTH = ["tcp", "udp"] as const;

/** One namespace asks another by its own address. */
const reaches = (name: Check["name"], title: string, from: NamespaceName, to: NamespaceName): Check => ({
  name,
  set: "pods",
  title,
  protocols: BOTH,
  tries: (ground, protocol) => [askAt(ground, from, to, { protocol })],
  judge: allAnswered,
});

const MEGABYTE = 1_000_000;
/** Bytes of IP and TCP headers with timestamps (RFC 791, RFC 8200, RFC 9293, RFC 7323). */
const TCP_HEADERS = { ipv4: 52, ipv6: 72 } as const;
/** Bytes around the MTU that a last packet has. */
const AROUND = { below: 100, above: 20 } as const;
/** Fits no MTU of Ethernet's kind. */
const FRAGMENTED = 4_000;

/** Between the pods of two nodes. */
const acrossPods = (ground: Ground, protocol: ExchangeProtocol, more: { readonly sends?: number; readonly asks?: number }): Try =>
  askAt(ground, "pod-a", "pod-b", { protocol, patience: LONG, ...more });

/** What pods and nodes can say to each other. */
export const POD_CHECKS: readonly Check[] = [
  reaches("pod-pod-local", "pod to pod on one node", "pod-a", "pod-a2"),
  reaches("pod-pod-across", "pod to pod across nodes", "pod-a", "pod-b"),
  reaches("pod-own-host", "pod to its own node", "pod-a", "node-a"),
  reaches("pod-host-across", "pod to another node", "pod-a", "node-b"),
  reaches("host-own-pod", "node to its own pod, as kubelet's probes do", "node-a", "pod-a"),
  reaches("host-pod-across", "node to a pod of another node", "node-a", "pod-b"),
  {
    name: "large-transfer",
    set: "pods",
    title: "10 MB from pod to pod",
    protocols: ["tcp"],
    tries: (ground, protocol) => [acrossPods(ground, protocol, { asks: 10 * MEGABYTE })],
    judge: allAnswered,
  },
  {
    name: "segment-sizes",
    set: "pods",
    title: "answers whose last packet is about as large as the MTU",
    protocols: ["tcp"],
    tries: (ground, protocol) => {
      const from = ground.podMtu - TCP_HEADERS[ground.family] - AROUND.below;
      return Array.from({ length: AROUND.below + AROUND.above + 1 }, (_, more) => acrossPods(ground, protocol, { asks: from + more }));
    },
    judge: allAnswered,
  },
  {
    name: "path-mtu",
    set: "pods",
    title: "a whole packet of the pod's MTU, and a transfer through the narrower link to the outside",
    protocols: [null],
    tries: (ground) => [
      { kind: "ping", from: "pod-a", to: "pod-b", address: ground.addressOf("pod-b"), size: ground.podMtu },
      ...(ground.outward ? [askAt(ground, "pod-a", "outside", { protocol: "tcp", sends: MEGABYTE, patience: LONG })] : []),
    ],
    judge: allAnswered,
  },
  {
    name: "fragments",
    set: "pods",
    title: "datagrams of 4,000 bytes, both ways",
    protocols: ["udp"],
    tries: (ground, protocol) => [askAt(ground, "pod-a", "pod-b", { protocol, sends: FRAGMENTED, asks: FRAGMENTED })],
    judge: allAnswered,
  },
];
