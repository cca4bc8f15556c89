import { describe, expect, test } from "vitest";
import type { DaemonStep, Step } from "../model/wiring.js";
import { flannelUdp } from "./flannel-udp.js";

const daemons = (nodes: number): DaemonStep[] =>
  flannelUdp.wire({ nodes, mtu: 1500 }).steps.filter((step: Step): step is DaemonStep => step.kind === "daemon");

/** `UDP4-DATAGRAM:PEER:PORT,bind=OWN:PORT` taken apart. */
function ends(daemon: DaemonStep): { own: string; peer: string } {
  const parts = /^UDP4-DATAGRAM:([\d.]+:\d+),bind=([\d.]+:\d+)$/.exec(daemon.argv[2] ?? "");
  return { own: parts?.[2] ?? "", peer: parts?.[1] ?? "" };
}

describe("flannel-udp's proxies", () => {
  test("use flannel's port between two nodes", () => {
    expect(daemons(2).map(ends)).toEqual([
      { own: "198.18.0.11:8285", peer: "198.18.0.12:8285" },
      { own: "198.18.0.12:8285", peer: "198.18.0.11:8285" },
    ]);
  });

  test.each([2, 3, 8])("face each other, each on an address and port of its own, with %i nodes", (nodes) => {
    const all = daemons(nodes).map(ends);
    expect(all).toHaveLength(nodes * (nodes - 1));
    expect(new Set(all.map(({ own }) => own)).size).toBe(all.length);
    for (const { own, peer } of all) expect(all).toContainEqual({ own: peer, peer: own });
  });

  test("each copy from the device that the kernel routes into", () => {
    const { steps } = flannelUdp.wire({ nodes: 3, mtu: 1500 });
    const routes = steps.flatMap((step) => (step.kind === "route" && step.in === "node-b" ? [`${step.to} ${step.options.join(" ")}`] : []));
    expect(routes).toContain("198.19.0.0/16 dev flannel0 scope global congctl cubic");
    expect(routes).toContain("198.19.3.0/24 dev flannel1 scope global congctl cubic");
  });
});
