import { carrying, numberOf } from "../../evidence.js";
import { advised } from "./advised.js";

/** Packets follow their program. */
export const rfs = advised({
  name: "rfs",
  sets: "net.core.rps_sock_flow_entries and rps_flow_cnt, which act together only",
  why: "A packet is taken up by the CPU on which its program runs.",
  scope: "machine",
  sources: ["Linux Documentation/networking/scaling.rst, RFS"],
  look: (node) => {
    const entries = numberOf(node.sysctls["net.core.rps_sock_flow_entries"]);
    if (Number.isNaN(entries)) return { because: "rps_sock_flow_entries is not in this namespace" };
    const counts = carrying(node).flatMap(({ files }) => Object.entries(files).filter(([file]) => file.endsWith("/rps_flow_cnt")));
    const half = entries > 0 !== counts.some(([, count]) => Number(count) > 0);
    if (!half) return undefined;
    return {
      evidence: {
        weight: "some",
        says: `rps_sock_flow_entries is ${String(entries)} and the queues' rps_flow_cnt do not fit: one half alone does nothing`,
      },
      says: "set both (32768, and 32768 divided by the number of queues), or neither",
    };
  },
});
