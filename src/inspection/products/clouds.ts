/**
 * The clouds' own networks. Sources: aws/amazon-vpc-cni-k8s README (environment) and docs/cni-proposal.md; GKE documentation, "VPC-native clusters",
 * "routes-based clusters"; AKS documentation, "CNI networking overview", Azure/azure-container-networking docs/overlay-for-aks.md, Azure/AgentBaker
 * (node labels of overlay clusters).
 * @packageDocumentation
 */
import { type ApiFacts, daemonSetName, environmentOf, type NodeView, runningDaemonSet } from "../api-facts.js";
import { type Detector, read } from "./contract.js";

/** AWS VPC CNI: pods have secondary addresses of the node's own cards, which the VPC routes. */
export const awsVpc: Detector = (api) => {
  const daemonSet = runningDaemonSet(api, "aws-node");
  if (daemonSet === undefined) return undefined;
  const mtu = Number(environmentOf(daemonSet, "AWS_VPC_ENI_MTU") ?? 0);
  const prefixes = environmentOf(daemonSet, "ENABLE_PREFIX_DELEGATION") === "true";
  return {
    cni: "aws-vpc",
    setting: prefixes ? "addresses by prefix delegation" : "secondary addresses of network interfaces",
    strength: "runs",
    ownDatapath: "policy routes by network interface",
    whyNoMode: "podwire has no mode for pods on secondary addresses of a cloud's network interfaces",
    ...(mtu > 0 ? { podMtu: mtu } : {}),
    evidence: [read("cni", "runs on the nodes", daemonSetName(daemonSet))],
  };
};

const ofProvider = (api: ApiFacts, scheme: string): NodeView | undefined =>
  api.nodes.objects.find(({ providerId }) => providerId.startsWith(`${scheme}://`));

/** GKE without Dataplane V2: the VPC knows each node's pod range. Whether pods hang on a bridge is only to be seen in them. */
export const gke: Detector = (api) => {
  const node = api.nodes.objects.find(({ labels }) => labels["cloud.google.com/gke-nodepool"] !== undefined);
  // Only the DaemonSets show which of GKE's dataplanes runs.
  if (node === undefined || api.daemonSets.refused !== undefined || runningDaemonSet(api, "anetd", "cilium", "calico-node") !== undefined)
    return undefined;
  return {
    cni: "gke",
    strength: "traces",
    whyNoMode:
      "the VPC routes each node's pod range, as in podwire's mode gce; whether pods hang on a bridge, as there, or on veths of their own is only to be seen in pods",
    evidence: [
      read("cni", `cloud.google.com/gke-nodepool=${node.labels["cloud.google.com/gke-nodepool"] ?? ""}`, `labels of node ${node.name}`),
      read("podRoutes", node.podCidrs.join(", "), `spec.podCIDRs of node ${node.name}`),
    ],
  };
};

const azureLabels = (labels: NodeView["labels"]): readonly string[] =>
  Object.keys(labels).filter((label) => label.startsWith("kubernetes.azure.com/"));

/** AKS: Azure CNI with an overlay, with addresses of the virtual network, or kubenet. */
export const aks: Detector = (api) => {
  const node = api.nodes.objects.find(({ labels }) => azureLabels(labels).length > 0);
  if (node === undefined || ofProvider(api, "azure") === undefined || runningDaemonSet(api, "cilium", "calico-node") !== undefined)
    return undefined;
  const overlay = node.labels["kubernetes.azure.com/podnetwork-type"] === "overlay";
  const cns = runningDaemonSet(api, "azure-cns");
  return {
    cni: "aks",
    ...(overlay ? { setting: "Azure CNI overlay" } : {}),
    strength: "traces",
    whyNoMode: overlay
      ? "podwire has no mode for Azure's overlay, which the fabric carries without wrapping on the node"
      : "AKS writes its network plugin on no object that podwire reads: pods show how they are attached",
    ...(overlay ? { ownDatapath: "Azure CNI" } : {}),
    evidence: [
      read("cni", azureLabels(node.labels).join(", "), `labels of node ${node.name}`),
      ...(cns === undefined ? [] : [read("cni", "runs on the nodes", daemonSetName(cns))]),
    ],
  };
};
