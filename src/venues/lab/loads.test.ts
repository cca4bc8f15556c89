import { expect, test } from "vitest";
import { type DoneLoad, loadedBy, plannedLoads } from "./loads.js";

const done = (node: string, begun: number, seconds: number): DoneLoad => ({
  node,
  layer: "rules",
  what: "5 Services",
  link: "open",
  begun,
  ended: begun + seconds,
  seconds,
  steps: 1,
});

test("what a layer has loaded took the time from the first beginning to the last end", () => {
  expect(loadedBy("rules", [done("node-a", 10, 2), done("node-b", 11, 3), { ...done("node-a", 0, 100), layer: "other" }])).toEqual({
    what: "5 Services",
    seconds: 4,
    loads: [
      { link: "open", node: "node-a", seconds: 2, steps: 1 },
      { link: "open", node: "node-b", seconds: 3, steps: 1 },
    ],
  });
  expect(loadedBy("rules", [])).toBeUndefined();
});

test("an ordinary user's loads are the small ones, where there are any", () => {
  const step = { kind: "load", in: "node-a", layer: "rules", what: "5 Services", tracks: true, argv: ["nft"], reason: "a test" } as const;
  const wiring = {
    namespaces: [],
    steps: [
      { ...step, inputs: ["whole"], smallInputs: ["a", "b"] },
      { ...step, inputs: ["only"] },
    ],
    paths: {},
  };
  const inputs = (root: boolean) => plannedLoads(wiring, (name) => `x.${name}`, root).map((load) => [load.namespace, ...load.inputs]);
  expect(inputs(true)).toEqual([
    ["x.node-a", "whole"],
    ["x.node-a", "only"],
  ]);
  expect(inputs(false)).toEqual([
    ["x.node-a", "a", "b"],
    ["x.node-a", "only"],
  ]);
});
