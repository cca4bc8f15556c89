/**
 * What pods and nodes show of the network together, and which podwire mode is wired like that.
 * @packageDocumentation
 */
import type { Evidence, Finding } from "../../model/inspection.js";
import { type Attachment, attachmentOf, type PodMtu } from "./attachment.js";
import { findingsIn } from "./findings.js";
import { type Link, parseLinks } from "./links.js";
import { LINKS, type Look, printed, type Unseen } from "./look.js";
import { ownCard, type Uplink, uplinkTo, type Way, wayTo } from "./way.js";

/** What was seen. Each part is absent where it could not be determined, and then `why` says why. */
export interface Wiring {
  readonly attachment?: Attachment;
  readonly way?: Way;
  readonly uplink?: Uplink;
  readonly podMtu?: PodMtu;
  /** The nodes' links, as far as nodes were looked at. */
  readonly nodeLinks: readonly NodeLink[];
  readonly evidence: readonly Evidence[];
  readonly why: readonly { readonly part: "attachment" | "way" | "uplink"; readonly why: string }[];
  /** What was seen that is amiss, a sentence each. */
  readonly findings: readonly Finding[];
}

/** A link of a node. */
export interface NodeLink extends Link {
  readonly node: string;
}

/** Puts together what the pods of a look show. `configured` are devices that the network's product makes as it is configured. */
export function wiringOf(looks: readonly Look[], configured: readonly string[] = []): Wiring {
  const hosts = looks.filter(({ network }) => network === "host");
  const pods = looks.filter(({ network }) => network === "pod");
  const attachments = pods.map((pod) =>
    attachmentOf(
      pod,
      hosts.find(({ node }) => node === pod.node),
      pods.filter(({ node }) => node !== pod.node),
    ),
  );
  const attached = agreed(attachments, ({ attachment }) => kindOf(attachment), "pods are attached in different ways");
  const ways = pods.flatMap((pod) => hosts.filter(({ node }) => node !== pod.node).map((host) => wayTo(pod, host, hosts, configured)));
  const way = agreed(
    ways,
    (one) => `${one.way.by} ${one.way.by === "tunnel" ? one.way.tunnel : ""}`,
    "nodes send to each other's pods in different ways",
  );
  const [host] = hosts;
  const other = looks.find(({ node }) => node !== host?.node);
  const uplink = host === undefined ? undefined : other === undefined ? ownCard(host) : uplinkTo(other.hostAddress, host);
  return {
    ...(attached.value === undefined ? {} : { attachment: attached.value.attachment, podMtu: attached.value.mtu }),
    ...(way.value === undefined ? {} : { way: way.value.way }),
    ...(uplink === undefined ? {} : { uplink }),
    nodeLinks: hosts.flatMap((one) => (parseLinks(printed(one, LINKS) ?? "") ?? []).map((link) => ({ ...link, node: one.node }))),
    evidence: [
      ...(attached.value?.evidence ?? []),
      // What the node would do is not what pods on a card of their own do.
      ...(way.value === undefined || attached.value?.attachment.kind === "macvlan" ? [] : way.value.evidence),
      ...(uplink === undefined ? [] : [uplink.evidence]),
    ],
    why: [
      ...(attached.why === undefined ? [] : [{ part: "attachment" as const, why: attached.why }]),
      ...(way.why === undefined ? [] : [{ part: "way" as const, why: way.why }]),
      ...(uplink === undefined
        ? [
            {
              part: "uplink" as const,
              why: host === undefined ? "no pod on a host's network was looked at" : `the card of ${host.node} could not be determined`,
            },
          ]
        : []),
    ],
    findings: findingsIn(pods, attachments, ways),
  };
}

interface Agreed<Value> {
  readonly value?: Value;
  readonly why?: string;
}

/** The first of things that all say the same; none where they differ, where one could not be determined, or where there are none. */
function agreed<Value extends object>(
  seen: readonly (Value | Unseen)[],
  essence: (value: Value) => string,
  differing: string,
): Agreed<Value> {
  const untold = seen.find((one) => "why" in one);
  if (untold !== undefined && "why" in untold) return { why: untold.why };
  const values = seen.filter((one): one is Value => !("why" in one));
  const [first] = values;
  if (first === undefined) return { why: "no two pods were looked at that could tell it" };
  const kinds = new Set(values.map(essence));
  return kinds.size === 1 ? { value: first } : { why: `${differing}: ${[...kinds].join("; ")}` };
}

const kindOf = (attachment: Attachment): string =>
  attachment.kind === "other" ? attachment.what : attachment.kind === "bridge" ? `bridge ${attachment.uplink ?? ""}` : attachment.kind;

/** The podwire mode that is wired like that; `why` where there is none or something is missing. */
export function modeOfWiring({ attachment, way, nodeLinks, why }: Wiring): { readonly mode: string } | { readonly why: string } {
  const missing = (part: "attachment" | "way"): { readonly why: string } => ({
    why: why.find((one) => one.part === part)?.why ?? "pods and nodes were not looked at",
  });
  if (attachment === undefined) return missing("attachment");
  if (attachment.kind === "macvlan") return { mode: "macvlan" };
  if (attachment.kind === "ipvlan")
    return IPVLAN[attachment.mode ?? ""] ?? { why: `podwire has no mode for ipvlan in mode ${attachment.mode ?? "unknown"}` };
  if (attachment.kind === "other") return { why: `podwire has no mode for pods on ${attachment.what}` };
  if (attachment.kind === "bridge" && attachment.uplink !== undefined) return { mode: attachment.uplink === "vlan" ? "vlan" : "l2-bridge" };
  if (way === undefined) return missing("way");
  // Calico's eBPF dataplane makes this pair of links on each node (projectcalico/calico felix/dataplane/linux/dataplane_defs).
  if (nodeLinks.some(({ name }) => name === "bpfin.cali"))
    return { why: "podwire has no mode for Calico's eBPF dataplane, whose links are on the node" };
  const name = `${attachment.kind} ${way.by === "tunnel" ? way.tunnel : way.by}`;
  const mode = WIRED_LIKE[name];
  return mode === undefined
    ? {
        why: `podwire has no mode that is wired like this: pods on ${PODS_ON[attachment.kind]}, nodes reached by ${way.by === "tunnel" ? `a ${way.tunnel} tunnel` : WAYS[way.by]}`,
      }
    : { mode };
}

const IPVLAN: Readonly<Record<string, { readonly mode: string }>> = { l2: { mode: "ipvlan-l2" }, l3s: { mode: "ipvlan-l3s" } };

/** Attachment and way, as `src/modes` wires them. */
const WIRED_LIKE: Readonly<Record<string, string>> = {
  "bridge fabric": "gce",
  "bridge peers": "flannel-host-gw",
  "bridge vxlan": "flannel-vxlan",
  "bridge ipip": "flannel-ipip",
  "bridge tun": "flannel-udp",
  "bridge wireguard": "wireguard",
  "ptp peers": "kindnet",
  "link-local-gateway peers": "calico-routed",
  "link-local-gateway ipip": "calico-ipip",
  "link-local-gateway vxlan": "calico-vxlan",
};

const PODS_ON = { bridge: "a bridge", ptp: "veths of their own", "link-local-gateway": "veths with a link-local gateway" } as const;
const WAYS = { peers: "a route to each", fabric: "routes of the fabric", segment: "their own segment" } as const;
