import { expect, test } from "vitest";
import { beside, outcomes } from "../scripts/bench/products/tables.mjs";
import type { Cell } from "../src/model/summary.js";
import { summarisedCluster } from "./synthetic/summarised.js";

const refused = (reason: string) => ({ status: "refused", reason }) as const;
const NEIGHBOURS: NonNullable<Cell["flags"]>[number] = {
  check: "neighbours",
  sentence: "other programs took 12 % of the CPU time",
  evidence: [
    { what: "taken by others", value: 0.12, unit: "share" },
    { what: "idle time read", value: 1.9, unit: "s" },
  ],
};
const WHOLE = summarisedCluster(
  "ebpf-vxlan",
  {
    tcp: [0.8, 0.7, 0.9],
    pps: refused("host-noise: the host's figures are spread"),
    "http.p99": refused("too few samples: 4 of 2000"),
    "tcp.cpu": refused("lost in what the machine does anyway: 1.9 CPU seconds a second under load"),
  },
  {},
  { flags: [NEIGHBOURS] },
).summary;
const REFUSED = summarisedCluster("ebpf-vxlan", { tcp: refused("mtu: the MSS is 1398 bytes"), pps: [0.5, 0.4, 0.6] }).summary;
const tried = [{ network: "cilium-vxlan", summaries: [WHOLE, REFUSED] }];

test("what the machine took is counted by kind and run, and what it did not take is named with its reason", () => {
  const { head, rows } = outcomes(tried);
  expect(Object.fromEntries(head.map((name, column) => [name, rows[0]?.[column]]))).toEqual({
    network: "cilium-vxlan",
    runs: "2",
    whole: "yes, but for 1",
    "cells measured": "1, 1",
    noise: "1, 0",
    "too few samples": "1, 0",
    "cost too small": "1, 0",
    "not the machine's": "pod-pod refused: mtu: the MSS is 1398 bytes (1)",
    "CPU time of others": "12 %, not flagged",
  });
});

test("reasons that are alike but for their run's namespace and numbers stand once for all runs", () => {
  const run = (name: string, port: number) => {
    const reason = `pod podwire-${name}/pod-a\ndoes not answer at 198.18.128.1 port ${String(port)}\n\niperf3: == version ==`;
    return summarisedCluster("macvlan", { tcp: { status: "failed", reason } }).summary;
  };
  const { head, rows } = outcomes([{ network: "macvlan", summaries: [run("ndx24x", 20005), run("w5khm9", 20007)] }]);
  expect(rows[0]?.[head.indexOf("not the machine's")]).toBe("pod-pod failed: pod pod-a does not answer at 198.18.128.1 port 20005 (2)");
});

test("a run that did not end is not whole", () => {
  const { rows } = outcomes([{ network: "gce", summaries: [{ ...WHOLE, status: "partial" }] }]);
  expect(rows[0]?.[2]).toBe("partial");
});

test("each run's ratio stands with its interval, or what became of it, and networks without runs are empty", () => {
  expect(beside(tried).rows).toEqual([
    ["pod-pod", "tcp", "0.800 [0.700, 0.900]<br>refused", "", "", ""],
    ["pod-pod", "pps", "refused<br>0.500 [0.400, 0.600]", "", "", ""],
  ]);
});
