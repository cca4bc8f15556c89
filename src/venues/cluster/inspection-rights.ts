/**
 * What inspecting a cluster's network reads: all of it optional, since each only adds evidence.
 * @packageDocumentation
 */
import { accessTo, CALICO_IP_POOLS, CONFIG_MAPS, DAEMON_SETS, ENDPOINT_SLICES, NETWORK_POLICIES, SERVICES } from "./resources.js";
import { optional, type Right } from "./right.js";

/** ConfigMaps in which network products keep their settings. */
export const SETTINGS: readonly { readonly namespace: string; readonly name: string; readonly of: string }[] = [
  { namespace: "kube-system", name: "kube-proxy", of: "kube-proxy's mode" },
  { namespace: "kube-flannel", name: "kube-flannel-cfg", of: "flannel's backend" },
  { namespace: "kube-system", name: "kube-flannel-cfg", of: "flannel's backend (older manifests)" },
  { namespace: "kube-system", name: "cilium-config", of: "Cilium's routing mode" },
  { namespace: "kube-system", name: "antrea-config", of: "Antrea's encapsulation" },
  { namespace: "kube-system", name: "kube-router-cfg", of: "kube-router's settings" },
];

/** Rights to read, none of which a run needs. */
export const INSPECTION_RIGHTS: readonly Right[] = [
  ...SETTINGS.map(({ namespace, name, of }) =>
    optional(
      accessTo("get", CONFIG_MAPS, { namespace, name }),
      `to read ${of}`,
      `${of} is told from pods and nodes only, where they show it`,
    ),
  ),
  optional(accessTo("list", DAEMON_SETS), "to see which network product runs", "the network product is told from nodes and pods alone"),
  optional(accessTo("list", CALICO_IP_POOLS), "to read Calico's encapsulation", "Calico's encapsulation is told from the pods alone"),
  optional(
    accessTo("list", NETWORK_POLICIES),
    "to see whether NetworkPolicies are in force",
    "it is not known whether NetworkPolicies are in force",
  ),
  optional(accessTo("list", SERVICES), "to count Services", "Services are not counted"),
  optional(accessTo("list", ENDPOINT_SLICES), "to count EndpointSlices", "EndpointSlices are not counted"),
];
