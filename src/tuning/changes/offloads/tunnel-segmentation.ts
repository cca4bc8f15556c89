import { offloadChange } from "./offload.js";

/** Wrapped packets are cut by the card. */
export const offloadTunnelSegmentation = offloadChange({
  name: "offload-tunnel-segmentation",
  feature: "tx-udp_tnl-segmentation",
  why: "The card cuts what VXLAN or Geneve has wrapped; without it the kernel cuts every packet of a tunnel itself.",
  risk: "low",
  breaks: "Cards and hypervisors are known that lose or corrupt what a tunnel has wrapped (vmxnet3; calico #9433).",
  sources: ["calico #9433"],
});
