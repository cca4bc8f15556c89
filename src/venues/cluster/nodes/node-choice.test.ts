import { expect, test } from "vitest";
import type { KubernetesObject } from "../../../machine/kubernetes/port.js";
import { chooseNodes, NodeChoiceError, type NodeWish } from "./node-choice.js";

interface Traits {
  readonly ready?: string;
  readonly cordoned?: boolean;
  readonly pressure?: string;
  readonly taint?: { readonly key: string; readonly value?: string; readonly effect: string };
  readonly architecture?: string;
  readonly os?: string;
  readonly cpu?: string;
  readonly address?: string;
}

const node = (name: string, traits: Traits = {}): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  spec: { ...(traits.cordoned === true ? { unschedulable: true } : {}), ...(traits.taint === undefined ? {} : { taints: [traits.taint] }) },
  status: {
    conditions: [
      { type: "Ready", status: traits.ready === undefined ? "True" : "Unknown", message: traits.ready ?? "" },
      ...(traits.pressure === undefined ? [] : [{ type: traits.pressure, status: "True" }]),
    ],
    addresses: [{ type: "InternalIP", address: traits.address ?? "198.18.0.11" }],
    allocatable: { cpu: traits.cpu ?? "2" },
    nodeInfo: { operatingSystem: traits.os ?? "linux", architecture: traits.architecture ?? "amd64" },
  },
});

const WISH: NodeWish = { force: false, architectures: ["amd64", "arm64"] };

async function* listed(nodes: Iterable<KubernetesObject>): AsyncGenerator<KubernetesObject> {
  for (const one of nodes) yield await Promise.resolve(one);
}
const choose = async (nodes: Iterable<KubernetesObject>, wish: Partial<NodeWish> = {}) => chooseNodes(listed(nodes), { ...WISH, ...wish });
const chosen = async (nodes: Iterable<KubernetesObject>, wish: Partial<NodeWish> = {}): Promise<(string | undefined)[]> => {
  const { a, b } = (await choose(nodes, wish)).nodes;
  return [a.name, b?.name];
};

test("the first two fit nodes are taken, and it is said why and why not the others", async () => {
  const nodes = [node("busy", { pressure: "MemoryPressure" }), node("n1"), node("closed", { cordoned: true }), node("n2"), node("n3")];
  expect(await chosen(nodes)).toEqual(["n1", "n2"]);
  const { reasons } = await choose(nodes);
  expect(reasons.join("\n")).toMatch(
    /n1 and n2: Ready.*1 more would have done.*not busy: it reports MemoryPressure.*not closed: it is cordoned/s,
  );
});

test.each<[string, Traits, string]>([
  ["not ready", { ready: "Kubelet stopped posting node status." }, "it is not Ready (Kubelet stopped posting node status.)"],
  ["a taint", { taint: { key: "gpu", value: "yes", effect: "NoSchedule" } }, "its taint gpu=yes:NoSchedule keeps pods away"],
  ["a foreign architecture", { architecture: "s390x" }, "the agent's image does not exist for s390x"],
  ["Windows", { os: "windows" }, "it runs windows"],
  ["IPv6 alone", { address: "fd00::1" }, "it has no internal IPv4 address"],
])("a node with %s is refused with its reason", async (_, traits, words) => {
  await expect(choose([node("n1", traits)])).rejects.toThrow(`none of 1 nodes is fit to be measured: n1: ${words}`);
});

test("force takes what can work at all", async () => {
  const nodes = [node("n1", { cordoned: true, pressure: "DiskPressure" }), node("n2", { taint: { key: "x", effect: "NoExecute" } })];
  await expect(choose(nodes)).rejects.toThrow("--force");
  expect(await chosen(nodes, { force: true })).toEqual(["n1", "n2"]);
  await expect(choose([node("n1", { os: "windows" })], { force: true })).rejects.toThrow(NodeChoiceError);
});

test("two nodes that are alike are preferred", async () => {
  expect(await chosen([node("arm", { architecture: "arm64" }), node("n1"), node("big", { cpu: "64" }), node("n2")])).toEqual(["n1", "n2"]);
  const mixed = await choose([node("arm", { architecture: "arm64" }), node("n1")]);
  expect(mixed.reasons.join()).toContain("no two fit nodes are alike");
});

test("a single node is a choice without a second", async () => {
  expect(await chosen([node("only")])).toEqual(["only", undefined]);
});

test("named nodes are taken in their order, and refused by name", async () => {
  const nodes = [node("n1"), node("n2"), node("n3", { cordoned: true })];
  expect(await chosen(nodes, { names: ["n2", "n1"] })).toEqual(["n2", "n1"]);
  await expect(choose(nodes, { names: ["n1", "n9"] })).rejects.toThrow("there is no node n9 among the 3");
  await expect(choose(nodes, { names: ["n3", "n1"] })).rejects.toThrow("node n3 is not measured: it is cordoned. --force");
});

test("no node at all points at the selector", async () => {
  await expect(choose([])).rejects.toThrow("--node-selector");
});

test("of five thousand nodes none is held that does not matter", async () => {
  function* many(): Generator<KubernetesObject> {
    for (let place = 0; place < 5_000; place += 1) yield node(`n${String(place)}`, place % 2 === 0 ? { cordoned: true } : {});
  }
  const choice = await choose(many());
  expect(choice.seen).toBe(5_000);
  expect(choice.reasons).toContain("2498 more would have done");
  expect(choice.reasons.length).toBeLessThan(10);
});
