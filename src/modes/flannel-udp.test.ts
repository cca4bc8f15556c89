import { describe, expect, test } from "vitest";
import type { DaemonStep, Step } from "../model/wiring.js";
import { flannelUdp } from "./flannel-udp.js";

const daemons = (nodes: number): DaemonStep[] =>
  flannelUdp.wire({ nodes, mtu: 1500 }).steps.filter((step: Step): step is DaemonStep => step.kind === "daemon");

describe("flannel-udp's proxies", () => {
  test("face each other on flannel's port", () => {
    expect(daemons(2).map(({ argv }) => argv)).toEqual([
      ["podwire-udp-proxy", "flannel0", "198.18.0.11:8285", "198.19.2.0/24=198.18.0.12:8285"],
      ["podwire-udp-proxy", "flannel0", "198.18.0.12:8285", "198.19.1.0/24=198.18.0.11:8285"],
    ]);
  });

  test.each([2, 3, 8])("are one a node, each with a route to every other node, with %i nodes", (nodes) => {
    const all = daemons(nodes);
    expect(all).toHaveLength(nodes);
    for (const { argv } of all) expect(argv).toHaveLength(3 + nodes - 1);
  });

  test("are what the kernel hands all foreign pods' packets to", () => {
    const { steps } = flannelUdp.wire({ nodes: 3, mtu: 1500 });
    const routes = steps.flatMap((step) => (step.kind === "route" && step.in === "node-b" ? [`${step.to} ${step.options.join(" ")}`] : []));
    expect(routes).toContain("198.19.0.0/16 dev flannel0 scope global congctl cubic");
  });
});
