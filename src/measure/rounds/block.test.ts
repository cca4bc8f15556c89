import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fakePath } from "../../../test/synthetic/fake-venue.js";
import { residentBlock, sharingBlock, sliceBlock } from "./block.js";
import type { Lane, LaneGroup } from "./lanes.js";

const lane = (mode: string, from?: string): Lane => {
  const path = fakePath(mode);
  const own = from === undefined ? path : { ...path, from: { ...path.from, id: from } };
  return { workload: "latency.udp", path: own, stayKey: mode };
};

/** One campaign: the host and so many modes, each in an endpoint of its own. */
const campaign = (modes: number) => ({
  groups: [
    { baseline: lane("host"), subjects: Array.from({ length: modes }, (_, index) => lane(`mode-${String(index)}`)) },
  ] satisfies LaneGroup[],
});

describe("clients on each lane", () => {
  test("are five where there is room, so that one block carries an interval", () => {
    expect(residentBlock([campaign(1)], 1)).toMatchObject({ starts: 5, rounds: 5 });
    expect(residentBlock([campaign(11), campaign(11)], 2)).toMatchObject({ starts: 5, rounds: 10 });
  });

  test("are fewer where many lanes would take too much memory; further blocks bring the rest", () => {
    expect(residentBlock([campaign(19), campaign(19)], 2)).toMatchObject({ starts: 3, rounds: 6 });
    expect(residentBlock([campaign(199)], 1)).toMatchObject({ starts: 1, rounds: 1 });
  });

  test("of two workloads are started together where each path still has five, else one workload after the other", () => {
    const few = [campaign(11), campaign(11)];
    expect(sharingBlock(campaign(11), few)).toBe(few);
    const first = campaign(19);
    expect(sharingBlock(first, [first, campaign(19)])).toEqual([first]);
    expect(residentBlock([first], 2)).toMatchObject({ starts: 5, rounds: 10 });
  });

  test("count in their endpoint too: a pod has less memory than a machine", () => {
    const crowded = {
      groups: [{ baseline: undefined, subjects: Array.from({ length: 10 }, (_, index) => lane(`path-${String(index)}`, "pod-a")) }],
    };
    expect(residentBlock([crowded, crowded], 1).starts).toBe(2);
  });

  test("are never more than memory holds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 119 }), (modes) => {
        expect(residentBlock([campaign(modes)], 1).starts * (modes + 1)).toBeLessThanOrEqual(120);
      }),
    );
  });
});

test("slices have five short blocks, so that five starts show whether a figure depends on them, and longer ones after that", () => {
  expect(Array.from({ length: 7 }, (_, before) => sliceBlock(before).rounds)).toEqual([3, 3, 3, 3, 3, 7, 7]);
});

describe("a client's life", () => {
  test("holds its rounds at the measured pace, with half as much to spare", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.double({ min: 0.05, max: 2, noNaN: true }), (modes, secondsPerRound) => {
        const { rounds, lifetime, within } = residentBlock([campaign(modes)], 2, secondsPerRound);
        expect(within).toBeLessThan(lifetime);
        expect(within >= 4.4 + 1.5 * rounds * secondsPerRound || lifetime === 60).toBe(true);
      }),
    );
  });

  test("is short where rounds are, since a client's rate is what its log holds over its life", () => {
    expect(residentBlock([campaign(1)], 2, 0.2).lifetime).toBeLessThanOrEqual(12);
    expect(residentBlock([campaign(1)], 2).lifetime).toBe(20);
    expect(residentBlock([campaign(11)], 2, 30).lifetime).toBe(60);
  });
});
