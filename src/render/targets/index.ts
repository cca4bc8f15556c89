/**
 * Every target, in the order in which lists have them.
 * @packageDocumentation
 */
import type { Target } from "../contract.js";
import { configureCbr0 } from "./kubernetes/configure-cbr0.js";
import { controllerManager } from "./kubernetes/controller-manager.js";
import { k3s } from "./kubernetes/k3s.js";
import { kubeProxy } from "./kubernetes/kube-proxy.js";
import { kubeadm } from "./kubernetes/kubeadm.js";
import { kubelet } from "./kubernetes/kubelet.js";
import { nodes } from "./kubernetes/nodes.js";
import { rke2 } from "./kubernetes/rke2.js";
import { cloudRoutes } from "./node/cloud-routes.js";
import { frr } from "./node/frr.js";
import { iproute2 } from "./node/iproute2.js";
import { netplan } from "./node/netplan.js";
import { networkd } from "./node/networkd.js";
import { networkmanager } from "./node/networkmanager.js";
import { tunings } from "./node/tunings.js";
import { calico } from "./pods/calico.js";
import { cni } from "./pods/cni.js";
import { docker } from "./pods/docker.js";
import { flannel } from "./pods/flannel.js";
import { cloudInit } from "./whole-node/cloud-init.js";
import { coreosCloudConfig } from "./whole-node/coreos-cloud-config.js";
import { ignition } from "./whole-node/ignition.js";

export const TARGETS: readonly Target[] = [
  flannel,
  cni,
  iproute2,
  networkd,
  netplan,
  nodes,
  kubelet,
  kubeProxy,
  controllerManager,
  kubeadm,
  docker,
  configureCbr0,
  calico,
  k3s,
  rke2,
  frr,
  networkmanager,
  cloudRoutes,
  tunings,
  cloudInit,
  ignition,
  coreosCloudConfig,
];
