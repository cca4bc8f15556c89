import type { WorkloadName } from "../../model/metric.js";
import { figure, refuse, says } from "./doubt.js";
import type { Check } from "./evidence.js";

/** Workloads without TCP. */
const WITHOUT_TCP: ReadonlySet<WorkloadName> = new Set(["pps", "latency.udp", "latency.icmp"]);

/** Two congestion controls share a link in different ways, so that their ratio says nothing of the network between pods. */
export const congestionControl: Check = ({ metric, congestionControl: senders }) => {
  const { own, host } = senders ?? {};
  if (own === undefined || host === undefined || own === host || WITHOUT_TCP.has(metric.workload)) return undefined;
  const two = { ...figure(`senders with ${own} here, with ${host} on the host`, 1, "side"), text: "two" };
  return refuse(
    "congestion-control",
    says`the sender uses ${own} here and ${host} on the host: ${two} congestion controls are compared, not two networks; set net.ipv4.tcp_congestion_control alike on both`,
  );
};
