import { expect, test } from "vitest";
import { ELSEWHERE, type Link, type NamespaceFacts } from "./facts.js";
import { betweenNodes, joinedOnNodes } from "./pods-on-nodes.js";

const link = (index: number, name: string, more: Partial<Link> = {}): Link => ({
  index,
  name,
  flags: ["UP"],
  mtu: 1500,
  addresses: [],
  settings: {},
  ...more,
});
const veth = (index: number, name: string, peer: number): Link =>
  link(index, name, { kind: "veth", below: { index: peer }, belowIn: ELSEWHERE });
const facts = (name: string, ...links: readonly Link[]): NamespaceFacts => ({
  name,
  links,
  neighbours: [],
  fdb: [],
  queueing: [],
  programs: [],
  ruleset: { tables: [] },
  forwards: true,
  bridgeCalls: false,
});
const PODS = [{ pod: "pod-a on node-1", node: "node-1" }];

test("a pod's link and its other end name each other by index; those of other pods stay unknown", () => {
  const node = facts("node-1", link(2, "eth0"), veth(7, "veth7", 2), veth(8, "veth8", 2), veth(9, "veth9", 3));
  const joined = joinedOnNodes([node, facts("pod-a on node-1", veth(2, "eth0", 8))], PODS);
  const belowIn = (name: string): readonly (string | undefined)[] => joined.get(name)?.links.map((one) => one.belowIn) ?? [];
  expect(belowIn("node-1")).toEqual([undefined, ELSEWHERE, "pod-a on node-1", ELSEWHERE]);
  expect(belowIn("pod-a on node-1")).toEqual(["node-1"]);
});

test("what stands on a device of the node is on the node, whatever that device says", () => {
  const macvlan = link(2, "eth0", { kind: "macvlan", below: { index: 5 }, belowIn: ELSEWHERE });
  const joined = joinedOnNodes([facts("node-1", link(5, "ens3")), facts("pod-a on node-1", macvlan)], PODS);
  expect(joined.get("pod-a on node-1")?.links[0]?.belowIn).toBe("node-1");
});

test.each([
  ["the device with the node's address", [link(2, "ens3", { addresses: ["10.0.0.1"] })], "ens3"],
  ["a bond", [link(2, "bond0", { kind: "bond", addresses: ["10.0.0.1"] }), link(3, "ens3", { master: "bond0" })], "bond0"],
  [
    "the card that is a port of the bridge with the address, and no pod's link",
    [
      link(4, "br0", { kind: "bridge", addresses: ["10.0.0.1"] }),
      { ...veth(7, "veth7", 2), master: "br0" },
      link(2, "ens3", { master: "br0" }),
    ],
    "ens3",
  ],
  [
    "what the VLAN with the address stands on",
    [link(2, "ens3"), link(3, "ens3.7", { kind: "vlan", below: { name: "ens3" }, addresses: ["10.0.0.1"] })],
    "ens3",
  ],
] as const)("%s is the card", (_what, links, card) => {
  const { cards, homes } = betweenNodes([{ facts: facts("node-1", ...links), address: "10.0.0.1" }], PODS);
  expect([...cards]).toEqual([["node-1", card]]);
  expect([...homes]).toEqual([["pod-a on node-1", "node-1"]]);
});
