import { offloadChange } from "./offload.js";

/** Checksums of what is sent. */
export const offloadTxChecksum = offloadChange({
  name: "offload-tx-checksum",
  feature: "tx-checksum-ip-generic",
  why: "Without it the kernel sums every byte that it sends, and nothing can be cut behind this device: scatter-gather, TSO and GSO stand on it. On a tunnel it is a workaround for a kernel bug of 2020, often left behind.",
  risk: "medium",
  breaks:
    "On kernels before 5.7 a Service's first packet over VXLAN carries a wrong checksum with it (kubernetes #88986); Calico switches it off on its VXLAN device by itself.",
  sources: ["kubernetes/kubernetes #88986", "flannel PR #1282"],
});
