/**
 * Products whose settings fit in a few lines each. Sources stand with each.
 * @packageDocumentation
 */
import {
  type ApiFacts,
  configMap,
  configMapName,
  customOf,
  type DaemonSetView,
  daemonSetName,
  environmentOf,
  runningDaemonSet,
} from "../api-facts.js";
import { flagValue, topLevel } from "../written-settings.js";
import { type Detector, read, versionOf } from "./contract.js";

const runs = (daemonSet: DaemonSetView) => read("cni", "runs on the nodes", daemonSetName(daemonSet));

/** kindnet: kubernetes-sigs/kind images/kindnetd, its manifest in pkg/cluster/internal/create; kubernetes-sigs/kindnet. */
export const kindnet: Detector = (api) => {
  const daemonSet = runningDaemonSet(api, "kindnet");
  if (daemonSet === undefined) return undefined;
  const subnet = environmentOf(daemonSet, "POD_SUBNET");
  return {
    cni: "kindnet",
    strength: "runs",
    mode: "kindnet",
    enforces: "kindnet",
    pools: subnet === undefined ? [] : subnet.split(","),
    evidence: [runs(daemonSet)],
  };
};

/** Which packets of kube-router a tunnel carries (its docs/tunnels.md): by default those between nodes of different subnets. */
const hasOverlay = (argv: readonly string[]): boolean => flagValue(argv, "enable-overlay") !== "false";
const wrapsAll = (argv: readonly string[]): boolean => hasOverlay(argv) && flagValue(argv, "overlay-type") === "full";
const overlayOf = (argv: readonly string[]): string =>
  !hasOverlay(argv) ? "no overlay" : wrapsAll(argv) ? "overlay to every node" : "overlay between subnets";
const wiredLike = (argv: readonly string[]): string => (wrapsAll(argv) ? "flannel-ipip" : "flannel-host-gw");

/** What {@link overlayOf} amounts to, in the words of what is seen. Its tunnels are IP in IP, with or without UDP around (pkg/tunnels). */
function routingOf(argv: readonly string[], { nodes }: ApiFacts): string {
  const cidrs = nodes.objects.flatMap(({ podCidrs }) => podCidrs);
  const tunnel = cidrs.length > 0 && cidrs.every((one) => one.includes(":")) ? "ip6tnl tunnel" : "ipip tunnel";
  if (!hasOverlay(argv)) return "native routing";
  return wrapsAll(argv) ? tunnel : `native routing within a subnet or ${tunnel} between subnets`;
}

/** The device on which its proxy of Services has their addresses; it makes one on each node and without it none. */
const SERVICE_DEVICE = "kube-dummy-if";

/** kube-router: cloudnativelabs/kube-router daemonset/, docs/user-guide.md (flags and their defaults), docs/tunnels.md, pkg/controllers/proxy (KubeDummyIf). */
export const kubeRouter: Detector = (api) => {
  const daemonSet = runningDaemonSet(api, "kube-router");
  const config = configMap(api, "kube-router-cfg");
  if (daemonSet === undefined) {
    if (config === undefined) return undefined;
    const why = "kube-router's ConfigMap is there, and nothing shows that it runs";
    return { cni: "kube-router", strength: "traces", whyNoMode: why, evidence: [read("cni", "is there", configMapName(config))] };
  }
  const argv = daemonSet.containers.flatMap((container) => container.argv);
  if (flagValue(argv, "run-router") === "false") return undefined;
  const proxy = flagValue(argv, "run-service-proxy") !== "false";
  const version = versionOf(daemonSet, /^kube-router$/);
  return {
    cni: "kube-router",
    setting: `BGP routes, ${overlayOf(argv)}`,
    strength: "runs",
    traits: { ...(version === undefined ? {} : { version }), routing: routingOf(argv, api), services: proxy ? "IPVS" : "kube-proxy" },
    devices: proxy ? [{ trait: "services", name: SERVICE_DEVICE }] : [],
    shown: ({ nodeLinks }) => (nodeLinks.some(({ name, up }) => name === SERVICE_DEVICE && up) ? { services: "IPVS" } : {}),
    ...(flagValue(argv, "run-firewall") === "false" ? {} : { enforces: "kube-router" }),
    likeness: () => ({
      mode: wiredLike(argv),
      same: false,
      differs: [
        ...(hasOverlay(argv) && !wrapsAll(argv) ? ["nodes of other subnets are reached by a tunnel"] : []),
        ...(wrapsAll(argv) ? ["each node has a tunnel for every other one"] : []),
        ...(wrapsAll(argv) && flagValue(argv, "overlay-encap") === "fou" ? ["a UDP header stands before the second IP header (FoU)"] : []),
        ...(proxy ? ["Services are IPVS's"] : []),
        ...(flagValue(argv, "run-firewall") === "false" ? [] : ["chains and sets of each pod's policies are walked"]),
      ],
    }),
    whyNoMode: wrapsAll(argv)
      ? "podwire has no mode for kube-router; with an overlay to every node its tunnels are those of flannel-ipip"
      : "podwire has no mode for kube-router; where its nodes share a segment its routes are those of flannel-host-gw",
    ...(proxy ? { servicesBy: "kube-router (IPVS)" } : {}),
    evidence: [runs(daemonSet), read("cni", argv.join(" "), daemonSetName(daemonSet))],
  };
};

/** Antrea: antrea-io/antrea docs/{design,noencap-hybrid-modes,antrea-proxy}.md, build/charts (antrea-agent.conf). */
export const antrea: Detector = (api) => {
  const daemonSet = runningDaemonSet(api, "antrea-agent");
  const config = configMap(api, "antrea-config");
  if (daemonSet === undefined && config === undefined) return undefined;
  const written = config?.data["antrea-agent.conf"] ?? "";
  const encap = topLevel(written, "trafficEncapMode") ?? "encap";
  const tunnel = topLevel(written, "tunnelType") ?? "geneve";
  // Then another plugin makes the network, and Antrea only enforces policies.
  if (encap === "networkPolicyOnly") return undefined;
  return {
    cni: "antrea",
    ...(config === undefined ? {} : { setting: encap === "encap" ? `encap, ${tunnel}` : encap }),
    strength: daemonSet === undefined ? "traces" : "runs",
    ownDatapath: "Antrea's Open vSwitch",
    enforces: "Antrea",
    whyNoMode: "podwire has no mode for Antrea's Open vSwitch datapath",
    ...(/^antreaProxy:\s*\n(?:\s+.*\n)*?\s+proxyAll:\s*true/m.test(written) ? { servicesBy: "Antrea (proxyAll)" } : {}),
    evidence: [
      ...(daemonSet === undefined ? [] : [runs(daemonSet)]),
      ...(config === undefined ? [] : [read("cni", `trafficEncapMode ${encap}, tunnelType ${tunnel}`, configMapName(config))]),
    ],
  };
};

/** OVN-Kubernetes: ovn-kubernetes/ovn-kubernetes dist/templates, go-controller/pkg/util/node_annotations.go; OpenShift's Network object. */
export const ovnKubernetes: Detector = (api) => {
  const daemonSet = runningDaemonSet(api, "ovnkube-node");
  const network = customOf(api, "Network").find(({ status }) => status["networkType"] === "OVNKubernetes");
  const marked = api.nodes.objects.find(({ annotations }) => annotations["k8s.ovn.org/node-subnets"] !== undefined);
  if (daemonSet === undefined && network === undefined && marked === undefined) return undefined;
  const mtu = network?.status["clusterNetworkMTU"];
  return {
    cni: "ovn-kubernetes",
    setting: "geneve",
    strength: daemonSet === undefined && network === undefined ? "traces" : "runs",
    ownDatapath: "OVN's Open vSwitch",
    enforces: "OVN-Kubernetes",
    whyNoMode: "podwire has no mode for OVN-Kubernetes' Open vSwitch datapath",
    servicesBy: "OVN load balancers",
    ...(typeof mtu === "number" && mtu > 0 ? { podMtu: mtu } : {}),
    evidence: [
      ...(daemonSet === undefined ? [] : [runs(daemonSet)]),
      ...(network === undefined ? [] : [read("cni", "networkType OVNKubernetes", "Network.config.openshift.io cluster")]),
      ...(marked === undefined
        ? []
        : [
            read("cni", marked.annotations["k8s.ovn.org/node-subnets"] ?? "", `annotation k8s.ovn.org/node-subnets of node ${marked.name}`),
          ]),
    ],
  };
};

/** Weave Net: weaveworks/weave prog/weave-kube, site/concepts/fastdp-how-it-works.md, site/kubernetes/kube-addon.md (WEAVE_MTU 1376). */
export const weave: Detector = (api) => {
  const daemonSet = runningDaemonSet(api, "weave-net");
  if (daemonSet === undefined) return undefined;
  const sleeve = environmentOf(daemonSet, "WEAVE_NO_FASTDP") !== undefined;
  const mtu = Number(environmentOf(daemonSet, "WEAVE_MTU") ?? 0);
  return {
    cni: "weave",
    setting: sleeve ? "sleeve (user space)" : "fast datapath, or sleeve where it cannot be had",
    strength: "runs",
    ownDatapath: "Weave's Open vSwitch datapath",
    enforces: "Weave",
    whyNoMode: "podwire has no mode for Weave",
    ...(mtu > 0 ? { podMtu: mtu } : {}),
    evidence: [runs(daemonSet)],
  };
};
