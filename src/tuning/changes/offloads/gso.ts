import { offloadChange } from "./offload.js";

/** Packets are cut as late as can be. */
export const offloadGso = offloadChange({
  name: "offload-gso",
  feature: "generic-segmentation-offload",
  why: "A large packet passes rules, routes and tunnels whole and is cut right before the device.",
  risk: "low",
  breaks: "A driver or an eBPF program that misreads large packets drops them (calico #11160).",
  sources: ["calico #11160"],
});
