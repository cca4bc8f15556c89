import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Random, randomFrom } from "../statistics/random.js";
import { attribution as attributed, type LadderFigures, costTogether as together } from "./attribution.js";
import { figuresOfRounds } from "./joint-figures.js";

/** Ratios to the host, one a round. */
interface LadderRatios {
  readonly rungs: readonly { readonly layers: readonly string[]; readonly title: string; readonly ratios: readonly number[] }[];
  readonly variant: readonly number[];
  readonly without: readonly { readonly layers: readonly string[]; readonly ratios: readonly number[] }[];
}

const figuresOf = ({ rungs, variant, without }: LadderRatios, better: "higher" | "lower", seed: number): LadderFigures => ({
  rungs,
  without,
  figures: figuresOfRounds([...rungs.map((rung) => rung.ratios), variant, ...without.map((one) => one.ratios)], better, seed),
});
const attribution = (ladder: LadderRatios, better: "higher" | "lower", seed: number) => attributed(figuresOf(ladder, better, seed), better);
const costTogether = (ladder: LadderRatios, layers: readonly string[], seed: number) => together(figuresOf(ladder, "higher", seed), layers);

const ratios = (rounds: number): fc.Arbitrary<number[]> =>
  fc.array(fc.double({ min: 0.05, max: 3, noNaN: true }), { minLength: rounds, maxLength: rounds });

const ladders: fc.Arbitrary<LadderRatios> = fc
  .tuple(fc.integer({ min: 3, max: 50 }), fc.integer({ min: 1, max: 6 }))
  .chain(([rounds, rungs]) =>
    fc.record({
      rungs: fc
        .array(ratios(rounds), { minLength: rungs, maxLength: rungs })
        .map((columns) =>
          columns.map((column, place) => ({ layers: [`l${String(place)}`], title: `layer ${String(place)}`, ratios: column })),
        ),
      variant: ratios(rounds),
      without: fc.array(ratios(rounds), { maxLength: 2 }).map((columns) => columns.map((column) => ({ layers: ["l0"], ratios: column }))),
    }),
  );

describe("an attribution", () => {
  test.each(["higher", "lower"] as const)("of a metric where %s is better adds up to the gap", (better) => {
    fc.assert(
      fc.property(ladders, (ladder) => {
        const found = attribution(ladder, better, 1);
        if (found === undefined) return;
        const gap = 100 * (found.ratio.median - 1);
        const sum = found.effects.reduce((total, { points }) => total + points, 0) + found.unexplained.points;
        expect(sum).toBeCloseTo(gap, 6);
        const each = found.rungs.reduce((total, { points }) => total + points, 0) + found.unexplained.points;
        expect(each).toBeCloseTo(gap, 6);
      }),
      { numRuns: 60 },
    );
  });

  test("names every layer once, in order, whatever is merged", () => {
    fc.assert(
      fc.property(ladders, (ladder) => {
        const found = attribution(ladder, "higher", 1);
        if (found === undefined) return;
        expect(found.effects.flatMap(({ layers }) => layers)).toEqual(ladder.rungs.flatMap(({ layers }) => layers));
        for (const { layer, layers } of found.effects) expect(layer).toBe(layers.join("+"));
        // What is shown by itself is more than its own half-width, but for the last rung, which has no next one.
        for (const { points, low, high } of found.effects.slice(0, -1)) expect(Math.abs(points)).toBeGreaterThanOrEqual((high - low) / 2);
      }),
      { numRuns: 60 },
    );
  });

  test("is undefined below three rounds", () => {
    expect(
      attribution({ rungs: [{ layers: ["a"], title: "a", ratios: [1, 1] }], variant: [1, 1], without: [] }, "higher", 1),
    ).toBeUndefined();
  });
});

const around = (truth: number, random: Random): number => truth * Math.exp(0.04 * (random.next() + random.next() + random.next() - 1.5));

/** Costs that only add: each layer takes its own time, whatever the others do. */
function measured(costs: readonly number[], rounds: number, seed: number, interaction = 0): LadderRatios {
  const random = randomFrom(seed);
  const total = costs.reduce((sum, cost) => sum + cost, 1) + interaction;
  const lane = (cost: number): number[] => Array.from({ length: rounds }, () => around(1 / cost, random));
  return {
    rungs: costs.map((_, place) => ({
      layers: [`l${String(place)}`],
      title: `layer ${String(place)}`,
      ratios: lane(costs.slice(0, place + 1).reduce((sum, cost) => sum + cost, 1) + (place === costs.length - 1 ? interaction : 0)),
    })),
    variant: lane(total),
    without: [{ layers: ["l0"], ratios: lane(total - interaction - (costs[0] ?? 0)) }],
  };
}

describe("costs that only add", () => {
  const found = attribution(measured([0.3, 0, 0.5], 60, 4), "higher", 4);

  test("are found with their size, and a layer without one stands with the next", () => {
    expect(found?.effects[0]).toMatchObject({ layer: "l0" });
    expect(found?.effects[0]?.points).toBeCloseTo(100 * (1 / 1.3 - 1), -0.5);
    expect(found?.rungs[1]?.low).toBeLessThan(0);
    expect(found?.rungs[1]?.high).toBeGreaterThan(0);
    expect(found?.effects.map(({ layer }) => layer)).toContain("l1+l2");
  });

  test("show no interaction, though their points differ when put on and when taken away", () => {
    const [gone] = found?.takenAway ?? [];
    expect(Math.abs((gone?.points ?? 0) - (found?.effects[0]?.points ?? 0))).toBeGreaterThan(5);
    expect(gone?.interaction.beyondNoise).toBe(false);
    expect(gone?.costPutOn).toBeCloseTo(30, -0.7);
    expect(gone?.costTakenAway).toBeCloseTo(30, -0.7);
  });
});

test("a layer that costs more beside another is named", () => {
  const [gone] = attribution(measured([0.3, 0.2], 60, 5, 0.6), "higher", 5)?.takenAway ?? [];
  expect(gone?.interaction).toMatchObject({ beyondNoise: true });
  expect(gone?.interaction.points).toBeGreaterThan(30);
});

test("of times a loss is positive, and a time is its own cost", () => {
  const random = randomFrom(9);
  const lane = (ratio: number): number[] => Array.from({ length: 40 }, () => around(ratio, random));
  const found = attribution(
    {
      rungs: [
        { layers: ["a"], title: "a", ratios: lane(1.5) },
        { layers: ["b"], title: "b", ratios: lane(2) },
      ],
      variant: lane(2),
      without: [{ layers: ["a"], ratios: lane(1.5) }],
    },
    "lower",
    1,
  );
  expect(found?.effects[0]?.points).toBeGreaterThan(40);
  expect(found?.takenAway[0]).toMatchObject({ interaction: { beyondNoise: false } });
  expect(found?.takenAway[0]?.costTakenAway).toBeCloseTo(50, -1);
});

test("a layer that does nothing shows nothing: its interval holds 0 in 95 of 100 runs", () => {
  let held = 0;
  for (let seed = 0; seed < 200; seed += 1) {
    const rung = attribution(measured([0.3, 0], 40, seed), "higher", seed)?.rungs[1];
    if (rung !== undefined && rung.low <= 0 && rung.high >= 0) held += 1;
  }
  expect(held).toBeGreaterThanOrEqual(184);
});

test("what layers cost together is the sum of their rungs, inside of its own interval", () => {
  fc.assert(
    fc.property(ladders, fc.array(fc.nat({ max: 5 }), { minLength: 1 }), (ladder, places) => {
      const layers = ladder.rungs.filter((_, place) => places.includes(place)).flatMap((rung) => rung.layers);
      const found = costTogether(ladder, layers, 1);
      const rungs = attribution(ladder, "higher", 1)?.rungs.filter((rung) => layers.includes(rung.layer)) ?? [];
      if (layers.length === 0) expect(found).toBeUndefined();
      else
        expect(found?.points).toBeCloseTo(
          rungs.reduce((sum, { points }) => sum + points, 0),
          6,
        );
      if (found !== undefined) expect([found.low <= found.points, found.high >= found.points]).toEqual([true, true]);
    }),
    { numRuns: 60 },
  );
});
