/**
 * Which objects of the API an inspection reads, each with its reason. All of them are optional: what cannot be read only costs evidence.
 * @packageDocumentation
 */

/** A type of object, as an address of the API names it. */
interface WantedType {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

/** Where among {@link ApiFacts} it goes. */
export type WantedPart =
  | "nodes"
  | "daemonSets"
  | "configMaps"
  | "custom"
  | "networkPolicies"
  | "productPolicies"
  | "services"
  | "endpointSlices";

/** Objects to read. */
export interface Wanted {
  readonly part: WantedPart;
  readonly type: WantedType;
  /** `get`: the one of that name; `list`: all, field by field; `count`: only how many. */
  readonly how: "get" | "list" | "count";
  readonly namespace?: string;
  readonly name?: string;
  /** "to ...". */
  readonly why: string;
  /** What is lost without, as a clause. */
  readonly without: string;
}

const CONFIG_MAP: WantedType = { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps" };

/** ConfigMaps in which network products keep their settings, by the namespaces that their manifests have had them in. */
const SETTINGS: readonly (readonly [name: string, of: string, namespaces: readonly string[]])[] = [
  ["kube-proxy", "kube-proxy's mode", ["kube-system"]],
  ["kube-proxy-config", "kube-proxy's mode on EKS", ["kube-system"]],
  ["kube-flannel-cfg", "flannel's backend", ["kube-flannel", "kube-system"]],
  ["canal-config", "Canal's flannel backend", ["kube-system"]],
  ["calico-config", "Calico's routing daemon", ["kube-system"]],
  ["cilium-config", "Cilium's routing mode", ["kube-system", "cilium"]],
  ["antrea-config", "Antrea's encapsulation", ["kube-system"]],
  ["kube-router-cfg", "kube-router's CNI configuration", ["kube-system"]],
];

const settings = SETTINGS.flatMap(([name, of, namespaces]) =>
  namespaces.map(
    (namespace): Wanted => ({
      part: "configMaps",
      type: CONFIG_MAP,
      how: "get",
      namespace,
      name,
      why: `to read ${of}`,
      without: `${of} is known from pods and nodes only, where they show it`,
    }),
  ),
);

const OWN_TYPES: readonly Wanted[] = [
  {
    part: "custom",
    type: { apiVersion: "crd.projectcalico.org/v1", kind: "IPPool", plural: "ippools" },
    how: "list",
    why: "to read Calico's encapsulation",
    without: "Calico's encapsulation is known from the pods alone",
  },
  {
    part: "custom",
    type: { apiVersion: "crd.projectcalico.org/v1", kind: "FelixConfiguration", plural: "felixconfigurations" },
    how: "get",
    name: "default",
    why: "to see whether Calico's eBPF dataplane is on",
    without: "it is not known whether Calico's eBPF dataplane is on",
  },
  {
    part: "custom",
    type: { apiVersion: "operator.tigera.io/v1", kind: "Installation", plural: "installations" },
    how: "get",
    name: "default",
    why: "to read the settings of Calico's operator",
    without: "Calico's dataplane and MTU are taken from other objects",
  },
  {
    part: "custom",
    type: { apiVersion: "config.openshift.io/v1", kind: "Network", plural: "networks" },
    how: "get",
    name: "cluster",
    why: "to read OpenShift's network type and MTU",
    without: "OpenShift's network is known from its DaemonSets",
  },
];

const PRODUCT_POLICIES = [
  ["Cilium's", "cilium.io/v2", "CiliumNetworkPolicy", "ciliumnetworkpolicies"],
  ["Cilium's", "cilium.io/v2", "CiliumClusterwideNetworkPolicy", "ciliumclusterwidenetworkpolicies"],
  ["Calico's", "crd.projectcalico.org/v1", "NetworkPolicy", "networkpolicies"],
  ["Calico's", "crd.projectcalico.org/v1", "GlobalNetworkPolicy", "globalnetworkpolicies"],
].map(
  ([whose = "", apiVersion = "", kind = "", plural = ""]): Wanted => ({
    part: "productPolicies",
    type: { apiVersion, kind, plural },
    how: "list",
    why: `to see which policies of ${whose} own are in force on the measured pods`,
    without: `policies of ${whose} own may be in force unseen`,
  }),
);

/** Everything that an inspection reads. */
export const WANTED: readonly Wanted[] = [
  {
    part: "nodes",
    type: { apiVersion: "v1", kind: "Node", plural: "nodes" },
    how: "list",
    why: "to read PodCIDRs, kernels, runtimes and what network products write on nodes",
    without: "PodCIDRs, kernels and runtimes are not known",
  },
  {
    part: "daemonSets",
    type: { apiVersion: "apps/v1", kind: "DaemonSet", plural: "daemonsets" },
    how: "list",
    why: "to see which network product runs",
    without: "the network product is known from nodes and pods alone",
  },
  ...settings,
  ...OWN_TYPES,
  {
    part: "networkPolicies",
    type: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", plural: "networkpolicies" },
    how: "list",
    why: "to see which NetworkPolicies are in force on the measured pods",
    without: "it is not known whether NetworkPolicies are in force",
  },
  ...PRODUCT_POLICIES,
  {
    part: "services",
    type: { apiVersion: "v1", kind: "Service", plural: "services" },
    how: "count",
    why: "to count Services",
    without: "Services are not counted",
  },
  {
    part: "endpointSlices",
    type: { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", plural: "endpointslices" },
    how: "count",
    why: "to count EndpointSlices",
    without: "EndpointSlices are not counted",
  },
];
