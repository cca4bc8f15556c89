import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NodePair } from "../model/matrix.js";
import { oddNodes } from "./odd-node.js";

const pair = (from: string, to: string, low: number | null, high: number | null, more: Partial<NodePair> = {}): NodePair => ({
  from,
  to,
  path: "pod-pod",
  metric: "tcp",
  median: low === null || high === null ? 0.5 : (low + high) / 2,
  low,
  high,
  n: 20,
  ...more,
});

describe("the odd node", () => {
  test("is the one whose pairs lie wholly apart, with both hulls", () => {
    const pairs = [pair("a", "b", 0.8, 0.84), pair("a", "c", 0.5, 0.53), pair("b", "c", 0.51, 0.55)];
    expect(oddNodes(pairs)).toEqual([
      {
        path: "pod-pod",
        metric: "tcp",
        node: "c",
        side: "below",
        own: { low: 0.5, high: 0.55 },
        others: { low: 0.8, high: 0.84 },
      },
    ]);
  });

  test("may be better than the others", () => {
    const pairs = [pair("a", "b", 0.5, 0.53), pair("a", "c", 0.8, 0.84), pair("b", "c", 0.81, 0.85)];
    expect(oddNodes(pairs)).toMatchObject([{ node: "c", side: "above" }]);
  });

  test("is reported for each metric and path by itself", () => {
    const alike = ["tcp", "http"].map((metric) => pair("a", "b", 0.8, 0.84, { metric }));
    const apart = (metric: string, low: number) => [
      pair("a", "c", low, low + 0.03, { metric }),
      pair("c", "b", low, low + 0.03, { metric }),
    ];
    expect(oddNodes([...alike, ...apart("tcp", 0.5), ...apart("http", 0.8)])).toMatchObject([{ metric: "tcp", node: "c" }]);
  });
});

describe("nobody is odd", () => {
  test.each([
    ["where the intervals touch", [pair("a", "b", 0.55, 0.84), pair("a", "c", 0.5, 0.53), pair("b", "c", 0.51, 0.55)]],
    ["among two nodes", [pair("a", "b", 0.8, 0.84)]],
    ["where a pair has no interval", [pair("a", "b", 0.8, 0.84), pair("a", "c", null, null), pair("b", "c", 0.51, 0.55)]],
    ["where the others' only pair has none", [pair("a", "b", null, null), pair("a", "c", 0.5, 0.53), pair("b", "c", 0.51, 0.55)]],
    ["where a pair has one limit only", [pair("a", "b", null, 0.3), pair("a", "c", 0.5, 0.53), pair("b", "c", 0.51, 0.55)]],
    ["where hulls meet at a limit", [pair("a", "b", 0.4, 0.5), pair("a", "c", 0.5, 0.53), pair("b", "c", 0.51, 0.55)]],
    ["where two nodes qualify, one below and one above", [pair("a", "b", 0.3, 0.32), pair("a", "c", 0.5, 0.52), pair("b", "c", 0.8, 0.82)]],
    [
      "where one pair of four nodes is apart, which could be either end's doing",
      [
        pair("a", "b", 0.3, 0.32),
        pair("a", "c", 0.8, 0.82),
        pair("a", "d", 0.8, 0.82),
        pair("b", "c", 0.8, 0.82),
        pair("b", "d", 0.8, 0.82),
        pair("c", "d", 0.8, 0.82),
      ],
    ],
  ] as const)("%s", (_, pairs) => {
    expect(oddNodes(pairs)).toEqual([]);
  });
});

test("names of nodes and the order of pairs change nothing", () => {
  const interval = fc.tuple(fc.double({ min: 0.1, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.2, noNaN: true }));
  fc.assert(
    fc.property(fc.array(interval, { minLength: 6, maxLength: 6 }), (intervals) => {
      const ends = [
        ["a", "b"],
        ["a", "c"],
        ["a", "d"],
        ["b", "c"],
        ["b", "d"],
        ["c", "d"],
      ] as const;
      const pairs = ends.map(([from, to], index) =>
        pair(from, to, intervals[index]?.[0] ?? 0, (intervals[index]?.[0] ?? 0) + (intervals[index]?.[1] ?? 0)),
      );
      const [odd] = oddNodes(pairs);
      expect(oddNodes([...pairs].reverse())[0]).toEqual(odd);
      const [renamed] = oddNodes(pairs.map((one) => ({ ...one, from: `x${one.to}`, to: `x${one.from}` })));
      expect(renamed?.node).toBe(odd === undefined ? undefined : `x${odd.node}`);
    }),
  );
});
