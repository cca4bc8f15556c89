import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadOf, sampleAt } from "../../../test/synthetic/profile.js";
import { randomFrom } from "../../statistics/random.js";
import { assembleProfile, type CountedLoad } from "./assemble.js";
import { toolsOf } from "./fold.js";
import { type LayerCosts, layerCosts } from "./layer-costs.js";
import { ownCosts } from "./own-cost.js";
import type { Sample } from "./samples.js";

const SETTINGS = { hertz: 997, workload: "http", tools: toolsOf(["ab", "nginx"]) } as const;
const HOST = { mode: "host", path: "host-host" } as const;
const PODS = { mode: "flannel-vxlan", path: "pod-pod" } as const;
const SECOND = 1e9;

/** Samples of 1 ms, so many of each stack, spread over a load. */
const within = (load: CountedLoad, counts: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(counts).flatMap(([stack, count]) =>
    Array.from({ length: count }, (_, place) => sampleAt(load.from + 1 + place, stack.split(";"))),
  );

/** A profile of so many rounds, each of a host and of pods that have `bridge` samples more in the bridge. */
function rounds(n: number, bridge: (round: number) => number) {
  const looks = Array.from({ length: n }, (_, round) => {
    const host = loadOf("host", round, { from: 4 * round * SECOND });
    const pods = loadOf(PODS.mode, round, { from: (4 * round + 2) * SECOND });
    const samples = [
      ...within(host, { "tcp_v4_rcv;handle_softirqs": 100, "default_idle;do_idle": 50 }),
      ...within(pods, { "tcp_v4_rcv;handle_softirqs": 100, "br_handle_frame;handle_softirqs": bridge(round) }),
    ];
    return { loads: [host, pods], samples };
  });
  return assembleProfile(
    looks.flatMap(({ loads }) => loads),
    looks.flatMap(({ samples }) => samples),
    SETTINGS,
  );
}

const costs = (profile: ReturnType<typeof rounds>): LayerCosts => {
  const found = layerCosts(profile, { host: HOST, variant: PODS, seed: 1 });
  if (found === undefined) throw new Error("no costs");
  return found;
};

describe("CPU time by layer", () => {
  test("is what was spent, for each request and for each packet, and idle is no part of it", () => {
    const { total, layers } = costs(rounds(10, () => 40));
    // 40 samples of 1 ms in 1000 requests.
    expect(layers[0]).toMatchObject({ layer: "bridge", host: { value: 0 }, variant: { value: 40 }, difference: { value: 40 } });
    expect(layers.find(({ layer }) => layer === "tcp-udp")).toMatchObject({ difference: { value: 0, low: 0, high: 0 } });
    expect(total).toMatchObject({ host: { value: 100 }, variant: { value: 140 }, difference: { value: 40 } });
    expect(layers.some(({ layer }) => layer === "idle")).toBe(false);
    expect(total.perPacket).toMatchObject({ host: { value: 10 }, variant: { value: 14 }, difference: { value: 4 } });
  });

  test("has no interval below three rounds", () => {
    expect(costs(rounds(2, () => 40)).total.difference).toEqual({ value: 40, low: null, high: null });
    expect(costs(rounds(3, () => 40)).total.difference.low).toBe(40);
  });

  test("layers add up to all, in whatever round what was spent", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 8 }), (counts) => {
        const { layers, total } = costs(rounds(counts.length, (round) => counts[round] ?? 0));
        const sum = layers.reduce((all, { difference }) => all + difference.value, 0);
        expect(sum).toBeCloseTo(total.difference.value, 9);
      }),
      { numRuns: 20 },
    );
  });

  test("intervals hold the truth: 95 % of them, of rounds that differ by chance", () => {
    const random = randomFrom(7);
    const [truth, runs, n] = [40, 120, 12];
    const held = Array.from({ length: runs }, () => {
      // Uniform around the truth.
      const { low, high } = costs(rounds(n, () => truth - 20 + random.integer(41))).total.difference;
      return low !== null && high !== null && low <= truth && truth <= high;
    }).filter(Boolean).length;
    // 120 draws of 95 %: fewer than 105 come once in 5,000 times.
    expect(held).toBeGreaterThanOrEqual(105);
    expect(held).toBeLessThan(runs);
  });

  test("of layers together the interval is that of their sum, which is narrower where one has what the other lacks", () => {
    const found = costs(rounds(10, (round) => 30 + (round % 3) * 10));
    expect(found.differenceOf(found.layers.map(({ layer }) => layer))).toEqual(found.total.difference);
    expect(found.differenceOf(["bridge"])).toEqual(found.layers.find(({ layer }) => layer === "bridge")?.difference);
  });

  test("there is none of a path that was not profiled", () => {
    expect(
      layerCosts(
        rounds(3, () => 1),
        { host: HOST, variant: { mode: "gce", path: "pod-pod" }, seed: 1 },
      ),
    ).toBeUndefined();
  });
});

test("a sample outside of every load is left out, and several loads of a path in a round are one look", () => {
  const loads = [loadOf("host", 0, { from: 0 }), loadOf("host", 0, { from: 2 * SECOND })];
  const times = [0, 1.5 * SECOND, 2.5 * SECOND, 3 * SECOND];
  const { looks, stacks } = assembleProfile(
    loads,
    times.map((time) => sampleAt(time, ["tcp_v4_rcv"])),
    SETTINGS,
  );
  expect(looks).toEqual([
    {
      ...HOST,
      round: 0,
      profiled: true,
      seconds: 2,
      work: 2,
      packets: 20_000,
      samples: 2,
      layers: { "tcp-udp": { self: 2e6, inclusive: 2e6 } },
    },
  ]);
  expect(stacks).toMatchObject([{ ...HOST, work: 2 }]);
});

test("profiling costs what rounds with it have less than those without", () => {
  const pairs = [0.9, 0.92, 0.88, 0.9, 0.91];
  const loads = pairs.flatMap((work, pair) => [
    loadOf("host", 2 * pair, { profiled: pair % 2 === 0, work: pair % 2 === 0 ? work : 1 }),
    loadOf("host", 2 * pair + 1, { profiled: pair % 2 === 1, work: pair % 2 === 1 ? work : 1 }),
    // A round whose other half is missing says nothing.
    loadOf(PODS.mode, 2 * pair, { profiled: true, work }),
  ]);
  const [own, ...others] = ownCosts(assembleProfile(loads, [], SETTINGS));
  expect(others).toEqual([]);
  expect(own).toMatchObject({ ...HOST, pairs: 5 });
  expect(own?.ratio.value).toBeCloseTo(0.9, 9);
  expect(own?.ratio.low).toBeLessThan(0.9);
  expect(own?.ratio.high).toBeGreaterThan(0.9);
});
