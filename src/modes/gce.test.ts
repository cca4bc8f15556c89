import { describe, expect, test } from "vitest";
import { gce } from "./gce.js";
import { podCidr } from "./parts/addresses.js";

const NODES = 3;
const { namespaces, steps } = gce.wire({ nodes: NODES, mtu: 1500 });
const routesOf = (namespace: string): string[] =>
  steps.flatMap((step) => (step.kind === "route" && step.in === namespace ? [step.to] : []));

describe("gce", () => {
  test("has one router, on which every node has a leg", () => {
    expect(namespaces.filter((namespace) => namespace.kind === "fabric").map((namespace) => namespace.name)).toEqual(["router"]);
    const legs = steps.flatMap((step) => (step.kind === "link" && step.peer?.in === "router" ? [`${step.in} ${step.peer.name}`] : []));
    expect(legs).toEqual(["node-a leg-a", "node-b leg-b", "node-c leg-c"]);
  });

  test("keeps the PodCIDR routes in the router: a node knows its own pods and the way out", () => {
    for (const index of [0, 1, 2]) expect(routesOf("router")).toContain(podCidr(index));
    expect(routesOf("node-a")).toEqual(["198.18.0.1/32", "default", podCidr(0)]);
  });

  test("does not deny kubenet the IPv6 that the wiring, which is kubelet's of 1.2, has none of", () => {
    expect(gce.needs.ipv6).toMatchObject({ met: "with-care", because: expect.stringContaining("IPv6DualStack") as string });
    expect(gce.dualStack).toEqual({ lacks: "kubelet of 1.2, which is wired here, gave cbr0 one IPv4 range" });
  });

  test("lets the router send no redirects on any leg", () => {
    const settings = steps.flatMap((step) => (step.kind === "sysctl" && step.in === "router" ? [`${step.name}=${step.value}`] : []));
    for (const device of ["all", "leg-a", "leg-b", "leg-c"]) expect(settings).toContain(`net.ipv4.conf.${device}.send_redirects=0`);
  });
});
