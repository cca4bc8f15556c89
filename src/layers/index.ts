/**
 * Every layer, in the order in which a variant's name has them and in which they are put on its mode.
 * @packageDocumentation
 */
import type { Layer } from "./contract.js";
import { FAULTS } from "./faults/index.js";
import { policyDeny } from "./policies/policy-deny.js";
import { hostShim } from "./services/host-shim.js";
import { kubeProxyIptables } from "./services/kube-proxy-iptables.js";
import { kubeProxyIptablesNft } from "./services/kube-proxy-iptables-nft.js";
import { kubeProxyIpvs } from "./services/kube-proxy-ipvs.js";
import { kubeProxyNftables } from "./services/kube-proxy-nftables.js";
import { socketLb } from "./services/socket-lb.js";
import { tcNodePort } from "./services/tc-nodeport.js";
import { groOn } from "./tunings/gro-on.js";
import { httpWorkers } from "./tunings/http-workers.js";
import { noNetfilter } from "./tunings/no-netfilter.js";
import { notrackPods } from "./tunings/notrack-pods.js";
import { notrackVxlan } from "./tunings/notrack-vxlan.js";
import { offloadOff } from "./tunings/offload-off.js";
import { queues } from "./tunings/queues.js";
import { rps } from "./tunings/rps.js";
import { txOffloadOn } from "./tunings/tx-offload-on.js";

export const LAYERS: readonly Layer[] = [
  noNetfilter,
  notrackPods,
  notrackVxlan,
  kubeProxyIptables,
  kubeProxyIptablesNft,
  kubeProxyNftables,
  kubeProxyIpvs,
  hostShim,
  socketLb,
  tcNodePort,
  policyDeny,
  offloadOff,
  txOffloadOn,
  queues,
  rps,
  httpWorkers,
  groOn,
  ...FAULTS,
];
