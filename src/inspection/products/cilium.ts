/**
 * Cilium, and GKE's Dataplane V2, which is Cilium under another name. Sources: cilium/cilium Documentation/network/concepts/routing.rst,
 * network/kubernetes/kubeproxy-free.rst, the keys that its Helm chart writes into cilium-config; GKE documentation, Dataplane V2.
 * @packageDocumentation
 */
import { configMap, configMapName, daemonSetName, runningDaemonSet } from "../api-facts.js";
import { type Detector, read } from "./contract.js";

/** Cilium from its DaemonSet and cilium-config. Chained behind another plugin it is no network of its own and makes no claim. */
export const cilium: Detector = (api) => {
  const daemonSet = runningDaemonSet(api, "cilium", "anetd");
  const config = configMap(api, "cilium-config");
  const data = config?.data ?? {};
  const chained = data["cni-chaining-mode"];
  if ((daemonSet === undefined && config === undefined) || (chained !== undefined && chained !== "none")) return undefined;
  const gke = daemonSet?.name === "anetd";
  const replacing = REPLACING.has(data["kube-proxy-replacement"] ?? "");
  const keys = [
    "routing-mode",
    "tunnel",
    "tunnel-protocol",
    "kube-proxy-replacement",
    "datapath-mode",
    "enable-bpf-masquerade",
    "enable-wireguard",
  ];
  const mtu = Number(data["mtu"] ?? 0);
  return {
    cni: gke ? "gke-dataplane-v2" : "cilium",
    strength: daemonSet === undefined ? "traces" : "runs",
    ...(config === undefined ? {} : { setting: settingOf(data) }),
    ownDatapath: "Cilium's eBPF programs",
    whyNoMode: "podwire has no mode for Cilium's eBPF datapath",
    ...(replacing || gke ? { servicesBy: "Cilium" } : {}),
    pools: [data["cluster-pool-ipv4-cidr"], data["cluster-pool-ipv6-cidr"]]
      .flatMap((pools) => (pools ?? "").split(/[\s,]+/))
      .filter((one) => one !== ""),
    ...(mtu > 0 ? { podMtu: mtu } : {}),
    evidence: [
      ...(daemonSet === undefined ? [] : [read("cni", "runs on the nodes", daemonSetName(daemonSet))]),
      ...(config === undefined
        ? []
        : keys.flatMap((key) => (data[key] === undefined ? [] : [read("cni", `${key}: ${data[key]}`, configMapName(config))]))),
    ],
  };
};

/** `strict` was the word for `true` until Cilium 1.14; `partial` and `probe` leave kube-proxy in place. */
const REPLACING = new Set(["true", "strict"]);

/** Until Cilium 1.14 one key, `tunnel`, said both whether there is a tunnel and which; now there are two. */
function settingOf(data: Readonly<Record<string, string>>): string {
  const old = data["tunnel"];
  const native = data["routing-mode"] === "native" || old === "disabled";
  const protocol = data["tunnel-protocol"] ?? (old === undefined || old === "disabled" ? "vxlan" : old);
  const services = data["kube-proxy-replacement"];
  return [
    native ? "native routing" : `${protocol === "" ? "vxlan" : protocol} tunnel`,
    ...(services === undefined ? [] : [`kube-proxy-replacement ${services}`]),
    ...(data["datapath-mode"] === undefined ? [] : [`datapath ${data["datapath-mode"]}`]),
  ].join(", ");
}
