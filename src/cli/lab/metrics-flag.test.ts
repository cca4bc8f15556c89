import { expect, test } from "vitest";
import { resolveMetrics } from "./scenario-from-flags.js";

test("what cannot be known as its workload is observed is asked for by its own name alone", () => {
  for (const list of ["all", "latency", "latency.icmp"]) expect(resolveMetrics(list, false).metrics).not.toContain("latency.icmp.cpu");
  expect(resolveMetrics("latency.icmp", false).metrics).toEqual(["latency.icmp"]);
  expect(resolveMetrics("latency.icmp.cpu", false)).toEqual({ workloads: ["latency.icmp"], metrics: ["latency.icmp.cpu"] });
  expect(resolveMetrics("latency.udp", false).metrics).toContain("latency.udp.cpu");
});
