import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuMask, cpusIn } from "./steering.js";

test.each([
  ["0-1\n", [0, 1]],
  ["0", [0]],
  ["0,2-4,8\n", [0, 2, 3, 4, 8]],
  ["", []],
])("%j are %j", (list, cpus) => {
  expect(cpusIn(list)).toEqual(cpus);
});

test.each([
  [[1], "2"],
  [[1, 2, 3], "e"],
  [[31], "80000000"],
  [[33], "2,00000000"],
  [[0, 64], "1,00000000,00000001"],
  [[], undefined],
])("%j as a mask", (cpus, mask) => {
  expect(cpuMask(cpus)).toBe(mask);
});

test("a mask has exactly the bits of its CPUs", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200), { minLength: 1 }), (cpus) => {
      const bits = BigInt(`0x${cpuMask(cpus)?.replaceAll(",", "") ?? "0"}`);
      expect([...Array(201).keys()].filter((cpu) => ((bits >> BigInt(cpu)) & 1n) === 1n)).toEqual([...cpus].sort((a, b) => a - b));
    }),
  );
});
