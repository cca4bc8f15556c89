import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deliveredShare } from "./delivery.js";

describe("the share delivered", () => {
  test.each([
    ["frames", { offered: 1000, forwarded: 970, lost: 30 }, 0.97],
    ["requests", { offered: 500, forwarded: 490, failed: 10 }, 0.98],
    ["datagrams, whose arrival is not counted", { offered: 2500, lost: 1 }, 0.9996],
    ["what is lost and what fails", { offered: 100, lost: 10, failed: 15 }, 0.75],
    ["more lost than was offered", { offered: 1, lost: 2 }, 0],
    ["more forwarded than was offered", { offered: 100, forwarded: 101, lost: 0 }, 1],
  ])("of %s", (_, counts, share) => {
    expect(deliveredShare(counts)).toBe(share);
  });

  test("has frames that a slice took for lost and the next one counted", () => {
    expect(deliveredShare({ offered: 200, forwarded: 200, lost: 10 })).toBe(1);
  });

  test.each([
    ["nothing was counted", {}],
    ["nothing was offered", { offered: 0, forwarded: 0, lost: 0 }],
    ["only what was offered is known", { offered: 100 }],
  ])("is not known where %s", (_, counts) => {
    expect(deliveredShare(counts)).toBeUndefined();
  });

  test("lies between 0 and 1, is 1 where nothing is lost and only there, and falls with each loss", () => {
    const counted = fc
      .tuple(fc.nat(1e9), fc.nat(1e6), fc.nat(1e6), fc.boolean())
      .filter(([arrived, lost, failed]) => arrived + lost + failed > 0);
    fc.assert(
      fc.property(counted, ([arrived, lost, failed, seen]) => {
        const of = (more: number): number =>
          deliveredShare({
            offered: arrived + lost + failed + more,
            lost: lost + more,
            failed,
            ...(seen ? { forwarded: arrived } : {}),
          }) ?? Number.NaN;
        const share = of(0);
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(share === 1).toBe(lost + failed === 0);
        expect(of(1) < share || share === 0).toBe(true);
      }),
    );
  });
});
