/** What may be asked of figures that are measured beside everything else that a test machine does. */
import { expect } from "vitest";
import type { Cell } from "../../src/model/summary.js";

/** A refusal whose cause is the machine: it gave the load no CPU, or something else took it away. Right there, and no fault of what is tested. */
export const OF_THE_MACHINE = /(^|: )(standstill|steal|throttled|interrupted|clock): /;

/** Each has a figure and, where `ratio` says so, a ratio. What the machine took away is left out, but never all of them. */
export function expectFigures(cells: readonly (Cell | undefined)[], { ratio }: { readonly ratio: boolean }): void {
  const left = cells.filter((cell) => cell?.status !== "refused" || !OF_THE_MACHINE.test(cell.reason ?? ""));
  expect(left.length, cells.map((cell) => cell?.reason).join("\n")).toBeGreaterThan(0);
  for (const cell of left) expect(cell, cell?.reason).toMatchObject({ status: "measured", ...(ratio ? { ratio: RATIO } : {}) });
}

const RATIO = { median: expect.any(Number) as number };
