import { describe, expect, test } from "vitest";
import type { Step } from "../../model/wiring.js";
import { calicoVxlan } from "../calico-vxlan.js";
import { flannelVxlan } from "../flannel-vxlan.js";

const NODES = ["node-a", "node-b", "node-c"];

/** What a node is, as its own steps say it, and what the others wrote down about it. */
function meshOf(steps: readonly Step[]): { own: string[]; written: string[] } {
  const own = NODES.map((node) => {
    const link = steps.find((step) => step.kind === "link" && step.in === node && step.type === "vxlan");
    if (link?.kind !== "link") throw new Error(`${node} has no tunnel endpoint`);
    const address = steps.find((step) => step.kind === "address" && step.in === node && step.device === link.name);
    if (address?.kind !== "address") throw new Error(`${node} has no tunnel address`);
    const words = [...(link.common ?? []), ...(link.options ?? [])];
    const after = (key: string): string => words[words.indexOf(key) + 1] ?? "";
    return `${address.address.replace("/32", "")} is ${after("address")} behind ${after("local")}`;
  });
  const written = NODES.flatMap((node) => {
    const here = steps.filter((step) => step.in === node);
    return here.flatMap((step) => {
      if (step.kind !== "neighbour") return [];
      const entry = here.find((other) => other.kind === "fdb" && other.mac === step.mac);
      if (entry?.kind !== "fdb") return [];
      return [`${step.address} is ${step.mac} behind ${entry.options[1] ?? ""}`];
    });
  });
  return { own, written };
}

describe.each([flannelVxlan, calicoVxlan])("the mesh of $name", (mode) => {
  const { own, written } = meshOf(mode.wire({ nodes: 3, mtu: 1500 }).steps);

  test("writes down of each node, at both others, what that node is", () => {
    expect(written.sort()).toEqual([...own, ...own].sort());
  });

  test("gives every node a MAC address of its own", () => {
    expect(new Set(own).size).toBe(3);
  });
});

test("the two products' tunnels could share a node: port, number and device differ", () => {
  const options = [flannelVxlan, calicoVxlan].map((mode) =>
    mode
      .wire({ nodes: 2, mtu: 1500 })
      .steps.flatMap((step) => (step.kind === "link" && step.type === "vxlan" ? [step.name, ...(step.options ?? [])] : [])),
  );
  expect(options[0]).toEqual(expect.arrayContaining(["flannel.1", "1", "8472", "nolearning"]));
  expect(options[1]).toEqual(expect.arrayContaining(["vxlan.calico", "4096", "4789", "nolearning"]));
});
