import { describe, expect, test } from "vitest";
import type { LinkStep } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { ipvlanL2 } from "./ipvlan-l2.js";
import { ipvlanL3s } from "./ipvlan-l3s.js";
import { macvlan } from "./macvlan.js";

const childrenOf = (mode: Mode): LinkStep[] =>
  mode.wire({ nodes: 8, mtu: 1500 }).steps.filter((step): step is LinkStep => step.kind === "link" && step.moveTo !== undefined);

const macOf = (link: LinkStep): string | undefined => {
  const words = link.common ?? [];
  return words.includes("address") ? words[words.indexOf("address") + 1] : undefined;
};

describe.each([macvlan, ipvlanL2, ipvlanL3s])("$name", (mode) => {
  test("makes a child of every node's card under a name that is free there, and the pod calls it eth0", () => {
    const { steps } = mode.wire({ nodes: 8, mtu: 1500 });
    expect(childrenOf(mode)).toHaveLength(8);
    for (const child of childrenOf(mode)) {
      expect(child.common?.slice(0, 2)).toEqual(["link", "eth0"]);
      expect(child.name).not.toBe("eth0");
      expect(steps).toContainEqual(expect.objectContaining({ in: child.moveTo, name: child.name, settings: ["name", "eth0"] }));
    }
  });
});

test("macvlan children have MAC addresses of their own, ipvlan children their parent's", () => {
  expect(new Set(childrenOf(macvlan).map(macOf)).size).toBe(8);
  expect(new Set(childrenOf(ipvlanL2).map(macOf))).toEqual(new Set([undefined]));
});

test("ipvlan L3S nodes route every other node's PodCIDR and no pod has a gateway", () => {
  const routes = ipvlanL3s.wire({ nodes: 3, mtu: 1500 }).steps.filter((step) => step.kind === "route");
  const via = routes.filter((route) => route.options[0] === "via").map((route) => `${route.in} ${route.to} ${route.options[1] ?? ""}`);
  expect(via.filter((line) => line.startsWith("node-a"))).toEqual(["node-a 198.19.2.0/24 198.18.0.12", "node-a 198.19.3.0/24 198.18.0.13"]);
  expect(via.filter((line) => line.startsWith("pod-"))).toEqual([]);
});
