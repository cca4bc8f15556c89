/**
 * Every product that is recognised. Adding one is adding a detector and a line here.
 * @packageDocumentation
 */
import { calico } from "./calico.js";
import { cilium } from "./cilium.js";
import { aks, awsVpc, gke } from "./clouds.js";
import type { Detector } from "./contract.js";
import { flannel } from "./flannel.js";
import { antrea, kindnet, kubeRouter, ovnKubernetes, weave } from "./others.js";

export const DETECTORS: readonly Detector[] = [
  flannel,
  calico,
  cilium,
  kindnet,
  kubeRouter,
  antrea,
  ovnKubernetes,
  weave,
  awsVpc,
  gke,
  aks,
];
