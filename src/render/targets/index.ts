/**
 * Every target, in the order in which lists have them.
 * @packageDocumentation
 */
import type { Target } from "../contract.js";
import { calico } from "./calico.js";
import { cloudInit } from "./cloud-init.js";
import { cloudRoutes } from "./cloud-routes.js";
import { cni } from "./cni.js";
import { configureCbr0 } from "./configure-cbr0.js";
import { controllerManager } from "./controller-manager.js";
import { coreosCloudConfig } from "./coreos-cloud-config.js";
import { docker } from "./docker.js";
import { flannel } from "./flannel.js";
import { frr } from "./frr.js";
import { ignition } from "./ignition.js";
import { iproute2 } from "./iproute2.js";
import { k3s } from "./k3s.js";
import { kubeProxy } from "./kube-proxy.js";
import { kubeadm } from "./kubeadm.js";
import { kubelet } from "./kubelet.js";
import { netplan } from "./netplan.js";
import { networkd } from "./networkd.js";
import { networkmanager } from "./networkmanager.js";
import { nodes } from "./nodes.js";
import { rke2 } from "./rke2.js";
import { tunings } from "./tunings.js";

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
