/** How often the rule that keeps a change is wrong, on made-up noise and on noise that was recorded between identical hosts. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { median, scaledMedianAbsoluteDeviation } from "./median.js";
import { type Random, randomFrom } from "./random.js";
import { sampleOf } from "./sample.js";
import { type Block, blockOf, LOOKS, type Phase, smallestEffect, standingAfter, standingAtEnd } from "./screen-and-confirm.js";

const MARGIN = 0.05;
/** Spread of one block on an open link (knobs.md). */
const SPREAD = 0.25;
/** MADN of Student's t with 3 degrees of freedom. */
const STUDENT3_MADN = 1.134;

type Draw = () => number;

function student3(random: Random): number {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const chi = normal() ** 2 + normal() ** 2 + normal() ** 2;
  return normal() / Math.sqrt(chi / 3);
}

const madeUp =
  (random: Random): Draw =>
  () =>
    (student3(random) / STUDENT3_MADN) * SPREAD;

const recording = JSON.parse(readFileSync(new URL("../../test/captured/noise-aa.json", import.meta.url), "utf8")) as {
  readonly series: readonly { readonly workload: string; readonly logRatios: readonly number[] }[];
};

/** Recorded log ratios, brought to the spread of a block, in pieces of 20 so that neighbours stay neighbours. */
function recorded(random: Random): Draw {
  const all = recording.series.map(({ logRatios }) => {
    const sample = sampleOf(logRatios);
    if (sample === undefined) throw new Error("a series without a value");
    const [spread, middle] = [scaledMedianAbsoluteDeviation(sample), median(sample)];
    return logRatios.map((one) => ((one - middle) / spread) * SPREAD);
  });
  let left: number[] = [];
  return () => {
    if (left.length === 0) {
      const series = all[random.integer(all.length)] ?? [];
      const from = random.integer(Math.max(1, series.length - 20));
      left = series.slice(from, from + 20);
    }
    return left.pop() ?? 0;
  };
}

function phase(name: Phase, draw: Draw, effect: number): boolean {
  const blocks: Block[] = [];
  for (;;) {
    blocks.push(effect + draw());
    const standing = standingAfter(name, blocks, MARGIN);
    if (standing.kind !== "open") return standing.kind === "won";
  }
}

const isKept = (draw: Draw, effect: number): boolean => phase("screening", draw, effect) && phase("confirmation", draw, effect);

const share = (of: number, happens: () => boolean): number => Array.from({ length: of }, happens).filter(Boolean).length / of;

describe.each([
  ["made-up noise with heavy tails", madeUp],
  ["noise recorded between identical hosts", recorded],
] as const)("on %s", (_, noise) => {
  test("25 changes that do nothing: fewer than one run of a hundred keeps one", () => {
    const draw = noise(randomFrom(22));
    const wrong = share(1_500, () => Array.from({ length: 25 }, () => isKept(draw, 0)).some(Boolean));
    expect(wrong).toBeLessThanOrEqual(0.01);
  });

  test("a change that gives 40 % is kept nearly always, one that costs never", () => {
    const draw = noise(randomFrom(23));
    expect(share(500, () => isKept(draw, Math.log(1.4)))).toBeGreaterThan(0.9);
    expect(share(500, () => isKept(draw, Math.log(0.9)))).toBe(0);
  });
});

describe("a phase", () => {
  test("is looked at at its planned numbers of blocks alone", () => {
    const kinds = Array.from({ length: 25 }, (_, index) => standingAfter("screening", new Array<number>(index + 1).fill(0.3), MARGIN).kind);
    expect(kinds.indexOf("won") + 1).toBe(LOOKS.screening[0]);
  });

  test("drops at the first look what cannot win any more", () => {
    const slower = [-0.2, -0.25, -0.18, -0.22, -0.21, -0.19];
    expect(standingAfter("screening", slower, MARGIN)).toMatchObject({ kind: "lost", why: "cannot win" });
  });

  test("knows a path that works again from one that is faster, and one on which nothing moves from one that is as fast", () => {
    expect(standingAfter("screening", [Infinity, Infinity], MARGIN)).toEqual({ kind: "revived" });
    expect(standingAfter("screening", [undefined], MARGIN)).toEqual({ kind: "lost", why: "nothing moved" });
    expect(standingAfter("screening", [Infinity, 0.1], MARGIN)).toEqual({ kind: "open" });
  });

  test("that has no more blocks comes to a decision all the same", () => {
    expect(standingAtEnd("confirmation", [0.4], MARGIN)).toMatchObject({ kind: "lost", why: "undecided" });
    expect(standingAtEnd("confirmation", [], MARGIN)).toEqual({ kind: "lost", why: "undecided" });
  });
});

describe("a block", () => {
  const figures = fc.double({ min: 1, max: 1e9, noNaN: true });
  test("is free of a drift that is even over it, and of the direction of the metric", () => {
    fc.assert(
      fc.property(figures, fc.double({ min: -0.05, max: 0.05, noNaN: true }), (figure, drift) => {
        const at = (place: number): number => figure * (1 + drift * place);
        expect(blockOf([at(0), at(3)], [at(1), at(2)], "higher")).toBeCloseTo(0, 6);
      }),
    );
    expect(blockOf([2, 2], [1, 1], "lower")).toBeCloseTo(Math.log(2), 9);
  });

  test("says where one side moved nothing", () => {
    expect(blockOf([0, 0], [1, 1], "higher")).toBe(Infinity);
    expect(blockOf([1, 1], [0, 0], "higher")).toBe(-Infinity);
    expect(blockOf([0, 0], [0, 0], "higher")).toBeUndefined();
  });

  test("is never better for the change because a visit failed", () => {
    const failing = fc.tuple(figures, figures, fc.constantFrom("higher", "lower"), fc.nat({ max: 3 }));
    fc.assert(
      fc.property(failing, ([before, after, better, failed]) => {
        const visits = [before, before, after, after].map((figure, place) => (place === failed ? 0 : figure));
        const [a = 0, b = 0, c = 0, d = 0] = visits;
        const whole = blockOf([before, before], [after, after], better) ?? 0;
        expect(blockOf([a, b], [c, d], better) ?? 0).toBeLessThanOrEqual(whole + 1e-9);
      }),
    );
    expect(blockOf([0, 2], [2, 2], "higher")).toBeCloseTo(0, 9);
    expect(blockOf([2, 2], [0, 2], "higher")).toBeCloseTo(Math.log(0.5), 9);
  });
});

test("the smallest effect grows with the spread and falls with the blocks that a budget has room for", () => {
  const random = randomFrom(5);
  const blocks = Array.from({ length: 200 }, madeUp(random));
  const [few, many] = [smallestEffect([blocks], MARGIN, 12), smallestEffect([blocks], MARGIN, 60)];
  expect(many).toBeGreaterThan(1 + MARGIN);
  expect(few).toBeGreaterThan(many ?? 0);
  expect(smallestEffect([], MARGIN, 60)).toBeUndefined();
});
