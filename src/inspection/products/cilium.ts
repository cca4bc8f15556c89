/**
 * Cilium, and GKE's Dataplane V2, which is Cilium under another name. Sources: cilium/cilium Documentation/network/concepts/routing.rst,
 * network/kubernetes/kubeproxy-free.rst, operations/performance/tuning.rst (host routing, bandwidth manager), pkg/kpr/initializer (what host routing
 * takes), pkg/kpr/kpr.go (what puts programs at the socket), bpf/bpf_lxc.c (ENABLE_PER_PACKET_LB), the keys that its Helm chart writes into cilium-config;
 * GKE documentation, Dataplane V2.
 * @packageDocumentation
 */
import { TRAITS, type Trait } from "../../model/inspection.js";
import { type ApiFacts, configMap, configMapName, daemonSetName, runningDaemonSet } from "../api-facts.js";
import type { Encryption } from "../mtu.js";
import {
  type Configured,
  type Detector,
  type Likeness,
  type LikenessTold,
  type OwnDevice,
  type ProductClaim,
  read,
  versionOf,
} from "./contract.js";

type Keys = Readonly<Record<string, string>>;

/** Cilium from its DaemonSet and cilium-config. Chained behind another plugin it is no network of its own and makes no claim. */
export const cilium: Detector = (api) => {
  // Its names begin others': cilium-envoy, cilium-operator. GKE's ends in an architecture at times.
  const daemonSet =
    api.daemonSets.objects.find(({ name, desired }) => name === "cilium" && desired !== 0) ?? runningDaemonSet(api, "anetd");
  const config = configMap(api, "cilium-config");
  const data = config?.data ?? {};
  if ((daemonSet === undefined && config === undefined) || isChained(data)) return undefined;
  const gke = daemonSet !== undefined && daemonSet.name !== "cilium";
  const version = daemonSet === undefined ? undefined : versionOf(daemonSet, /^cilium-agent$/);
  const traits = { ...(version === undefined ? {} : { version }), ...(config === undefined ? {} : configuredIn(data)) };
  const mtu = Number(data["mtu"] ?? 0);
  return {
    cni: gke ? "gke-dataplane-v2" : "cilium",
    strength: daemonSet === undefined ? "traces" : "runs",
    ...(config === undefined ? {} : { setting: settingOf(data) }),
    ...DATAPATH,
    ...(isReplacing(data) || gke ? { servicesBy: "Cilium" } : {}),
    traits,
    ...(config === undefined ? {} : { devices: devicesIn(data) }),
    ...encryptionOf(data),
    ...(data["enable-policy"] === "never" || data["enable-k8s-networkpolicy"] === "false" ? {} : { enforces: "Cilium" }),
    pools: [data["cluster-pool-ipv4-cidr"], data["cluster-pool-ipv6-cidr"]]
      .flatMap((pools) => (pools ?? "").split(/[\s,]+/))
      .filter((one) => one !== ""),
    ...(mtu > 0 ? { podMtu: mtu } : {}),
    evidence: [
      ...(daemonSet === undefined ? [] : [read("cni", "runs on the nodes", daemonSetName(daemonSet))]),
      ...(config === undefined
        ? []
        : tellingKeys(data).flatMap((key) =>
            data[key] === undefined ? [] : [read("cni", `${key}: ${data[key]}`, configMapName(config))],
          )),
    ],
  };
};

/** Cilium by its programs on nodes that have its link, where nothing of the API names a network. Both may have outlived it: what pods hang on says whether it runs. */
export function ciliumByPrograms(api: ApiFacts, { hostRouting }: Configured): ProductClaim | undefined {
  if (hostRouting === undefined || isChained(configMap(api, "cilium-config")?.data ?? {})) return undefined;
  const evidence = [read("cni", "its programs are loaded, and cilium_host is a link of the nodes", "programs and links of the nodes")];
  return { cni: "cilium", strength: "traces", ...DATAPATH, traits: {}, evidence };
}

function isChained(data: Keys): boolean {
  const mode = data["cni-chaining-mode"];
  return mode !== undefined && mode !== "none";
}

/** Why Cilium is none of podwire's modes where it is not. */
const NO_MODE =
  "podwire's modes of Cilium's datapath have host routing by eBPF on veths, unencrypted, in native routing between neighbours or in VXLAN, and this is set otherwise";

/** The chart writes the tunnel's protocol whether there is a tunnel or not: in native routing it says nothing. */
const tellingKeys = (data: Keys): readonly string[] => [
  "routing-mode",
  "tunnel",
  ...(isNative(data) ? [] : ["tunnel-protocol"]),
  "kube-proxy-replacement",
  "datapath-mode",
  "enable-bpf-masquerade",
  "enable-host-legacy-routing",
  "enable-wireguard",
  "enable-ipsec",
  "enable-bandwidth-manager",
];

/** `strict` was the word for `true` until Cilium 1.14; `partial` and `probe` leave kube-proxy in place. */
const isReplacing = (data: Keys): boolean => ["true", "strict"].includes(data["kube-proxy-replacement"] ?? "");

/** Until Cilium 1.14 one key, `tunnel`, said both whether there is a tunnel and which; now there are two. */
const isNative = (data: Keys): boolean => data["routing-mode"] === "native" || data["tunnel"] === "disabled";

function tunnelOf(data: Keys): string {
  const old = data["tunnel"];
  const protocol = data["tunnel-protocol"] ?? (old === undefined || old === "disabled" ? "vxlan" : old);
  return protocol === "" ? "vxlan" : protocol;
}

const NATIVE = "native routing";
const PAST_STACK = "eBPF";
const STACK = "the kernel's stack";

function settingOf(data: Keys): string {
  const services = data["kube-proxy-replacement"];
  return [
    isNative(data) ? NATIVE : `${tunnelOf(data)} tunnel`,
    ...(services === undefined ? [] : [`kube-proxy-replacement ${services}`]),
    ...(data["datapath-mode"] === undefined ? [] : [`datapath ${data["datapath-mode"]}`]),
  ].join(", ");
}

/** What the keys amount to, in the words of what is seen (`../traits.ts`). */
function configuredIn(data: Keys): Configured {
  const on = (key: string): boolean => data[key] === "true";
  const masquerade = data["enable-ipv4-masquerade"] === "false" ? "none" : on("enable-bpf-masquerade") ? "eBPF" : "iptables";
  const { encryption = "none" } = encryptionOf(data);
  // Without kube-proxy's replacement, with iptables' masquerade and with IPsec, packets have to pass the node's stack (kube_proxy_replacement.go).
  const past = isReplacing(data) && masquerade !== "iptables" && encryption !== "IPsec" && !on("enable-host-legacy-routing");
  return {
    routing: isNative(data) ? NATIVE : `${tunnelOf(data)} tunnel`,
    services: servicesIn(data),
    hostRouting: past ? PAST_STACK : STACK,
    masquerade,
    encryption,
    bandwidthManager: on("enable-bandwidth-manager") ? "on" : "off",
  };
}

/** Programs at the socket go with kube-proxy's replacement and can be had without. What they leave in pods the programs at pods' links translate, beside a kube-proxy too. */
function servicesIn(data: Keys): string {
  const replacing = isReplacing(data);
  if (!replacing && data["bpf-lb-sock"] !== "true") return "eBPF, packet by packet, in pods; kube-proxy on hosts";
  return data["bpf-lb-sock-hostns-only"] === "true" ? "eBPF at the socket on hosts, packet by packet in pods" : "eBPF at the socket";
}

/** Its tunnel takes each packet's far end from its programs, and its WireGuard device each packet that they mark (pkg/defaults, pkg/wireguard/types). */
const devicesIn = (data: Keys): readonly OwnDevice[] => [
  ...(isNative(data) ? [] : [{ trait: "routing", name: `cilium_${tunnelOf(data)}` } as const]),
  ...(data["enable-wireguard"] === "true" ? [{ trait: "encryption", name: "cilium_wg0" } as const] : []),
];

function encryptionOf(data: Keys): { readonly encryption?: Encryption } {
  if (data["enable-wireguard"] === "true") return { encryption: "WireGuard" };
  return data["enable-ipsec"] === "true" ? { encryption: "IPsec" } : {};
}

function whyNot(routing: string | undefined, hostRouting: string | undefined): string {
  if (hostRouting === undefined) return "cilium-config, which says how Cilium routes, could not be read";
  return routing === undefined ? "neither cilium-config nor routes say whether Cilium wraps packets between nodes" : NO_MODE;
}

/**
 * Host routing by eBPF has modes of its own. Where the nodes' stack routes, veths of their own and a route for each node are kindnet's, with a VXLAN device
 * Calico's; what is done by programs has no counterpart there.
 */
function likenessOf({ setting = "", traits = [], podRoutes, podsOn }: LikenessTold): Likeness {
  const told = (trait: Trait["trait"]): string | undefined => {
    const one = traits.find((each) => each.trait === trait);
    return one?.seen ?? one?.configured;
  };
  const [routing = NATIVE, encryption = "none"] = [told("routing"), told("encryption")];
  const tunnel = routing === NATIVE ? undefined : routing.replace(/ tunnel$/, "");
  const hostRouting = told("hostRouting");
  const inStack = hostRouting === STACK;
  const [routed, tunnelled] = inStack ? ["kindnet", "calico-vxlan"] : ["ebpf-routed", "ebpf-vxlan"];
  const wiring = [
    ...(inStack ? ["eBPF programs at the pods' links hand packets to the node's IP stack"] : []),
    ...(inStack && tunnel !== undefined
      ? ["an eBPF program sets each packet's tunnel endpoint, and the MTU stands in the pods' route"]
      : []),
    ...(tunnel === undefined || tunnel === "vxlan" ? [] : [`${tunnel} in VXLAN's place`]),
    ...(inStack || hostRouting === PAST_STACK || hostRouting === undefined ? [] : [`nodes differ in host routing: ${hostRouting}`]),
    ...(/\bdatapath netkit/.test(setting) || podsOn === "a netkit" ? ["pods hang on netkit devices in veths' place"] : []),
    ...(podRoutes.by === "fabric" ? ["another gateway than the pod's node is the next hop"] : []),
    ...(encryption === "none" ? [] : [`${encryption} between nodes`]),
  ];
  return {
    mode: tunnel === undefined ? routed : tunnelled,
    differs: [
      ...(inStack
        ? []
        : ["its programs track connections, enforce policies and look for Services too, where the mode's only pass packets on"]),
      ...wiring,
      "Services are translated by eBPF",
    ],
    same: hostRouting === PAST_STACK && told("routing") !== undefined && wiring.length === 0,
    why: whyNot(told("routing"), hostRouting),
  };
}

/** What its datapath is, however it was recognised. */
const DATAPATH = { ownDatapath: "Cilium's eBPF programs", likeness: likenessOf, hasTraits: TRAITS } as const;
