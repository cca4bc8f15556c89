import { expect, test } from "vitest";
import { deviationsOf } from "./cpu-cost.js";

const part = (busy: number, work: number) => ({ busy, softirq: 0, elapsed: 1, work });

test("a part that takes more CPU time for more work costs no more", () => {
  for (const deviation of deviationsOf([part(0.1, 1), part(0.2, 2), part(0.4, 4)], undefined)) expect(deviation).toBeCloseTo(0, 12);
  const [dear = 0, cheap = 0] = deviationsOf([part(0.2, 1), part(0.2, 3)], undefined);
  expect([dear, cheap]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(-0.5, 12)]);
});
